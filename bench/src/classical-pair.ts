/** A made pair in memory, of the size on which Octave's seconds were taken: 1.15 Mpx x 4 bands. */

import type { Raster } from '@bandweave/image';

export const SIDE = 1072;
export const RATIO = 4;

export interface ArrayPair {
  /** [1, 1072, 1072] */
  readonly pan: Raster<Float64Array>;
  /** [4, 268, 268] */
  readonly ms: Raster<Float64Array>;
}

export function arrayPair(bands = 4): ArrayPair {
  return { pan: land(1, SIDE, 0.5), ms: land(bands, SIDE / RATIO, 0.5 * RATIO) };
}

/** Counts of 11 bits: hills, sharp fields, grain. */
export function land(bands: number, side: number, pixel: number): Raster<Float64Array> {
  const data = new Float64Array(bands * side * side);
  for (let band = 0; band < bands; band++) {
    for (let row = 0; row < side; row++) {
      for (let col = 0; col < side; col++) {
        const y = row * pixel;
        const x = col * pixel;
        const hills = 300 * Math.sin(y / 97 + band) + 250 * Math.cos(x / 71 - band / 2);
        const field = ((Math.floor(y / 37) * 73856093) ^ (Math.floor(x / 43) * 19349663)) & 255;
        const grain = (Math.imul(row * 8191 + col + band, 2654435761) >>> 24) / 4;
        const value = Math.round(800 + hills + field * (1 + band / 4) + grain);
        data[(band * side + row) * side + col] = Math.max(0, Math.min(2047, value));
      }
    }
  }
  return { bands, height: side, width: side, data };
}
