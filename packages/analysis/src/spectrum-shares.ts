/** What a spectrum holds where: inside the low-resolution grid's own frequencies, and by radius. */

import type { Raster } from '@bandweave/image';
import { amplitudes } from './spectrum.js';

/** Frequency of a row or column of a shifted spectrum, in cycles a pixel. */
const frequency = (i: number, n: number) => (i - Math.floor(n / 2)) / n;

/** Share of the energy at frequencies up to 1 / (2 scale) along both axes, over all bands. */
export function energyInBox(image: Raster, scale: number): number {
  const { bands, height, width } = image;
  const edge = 1 / (2 * scale) + 1e-12;
  let inside = 0;
  let all = 0;
  for (let k = 0; k < bands; k++) {
    const amplitude = amplitudes(image, k);
    for (let y = 0; y < height; y++) {
      const low = Math.abs(frequency(y, height)) <= edge;
      for (let x = 0; x < width; x++) {
        const energy = amplitude[y * width + x] ** 2;
        all += energy;
        if (low && Math.abs(frequency(x, width)) <= edge) inside += energy;
      }
    }
  }
  return all > 0 ? inside / all : 0;
}

export interface RadialPoint {
  /** Middle of the ring, in cycles a pixel; 0.5 is the Nyquist frequency. */
  readonly frequency: number;
  readonly amplitude: number;
}

/** Mean amplitude over all bands in rings from 0 to 0.5 cycles a pixel; empty rings are left out. */
export function radialMeans(image: Raster, rings = 64): RadialPoint[] {
  const { bands, height, width } = image;
  const sums = new Float64Array(rings);
  const counts = new Float64Array(rings);
  for (let k = 0; k < bands; k++) {
    const amplitude = amplitudes(image, k);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const radius = Math.hypot(frequency(y, height), frequency(x, width));
        const ring = Math.floor(radius * 2 * rings);
        if (ring >= rings) continue;
        sums[ring] += amplitude[y * width + x];
        counts[ring]++;
      }
    }
  }
  return Array.from(sums, (sum, ring) => ({
    frequency: (ring + 0.5) / (2 * rings),
    amplitude: sum / counts[ring],
  })).filter(({ amplitude }) => !Number.isNaN(amplitude));
}
