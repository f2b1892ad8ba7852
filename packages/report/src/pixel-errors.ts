/** How far one raster lies from another, pixel by pixel and band by band. */

import type { Raster } from '@bandweave/image';

export interface PixelErrors {
  /** sqrt(mean over bands of the squared difference), [height, width]; NaN where either is invalid. */
  readonly magnitude: Float32Array;
  /** sqrt(mean over pixels of the squared difference), one a band. */
  readonly bandRmse: readonly number[];
}

/** Differences of two rasters of one shape. */
export function pixelErrors(estimate: Raster, reference: Raster): PixelErrors {
  const { bands, height, width } = reference;
  const size = height * width;
  const magnitude = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    if ((estimate.mask && estimate.mask[i] === 0) || (reference.mask && reference.mask[i] === 0)) {
      magnitude[i] = Number.NaN;
    }
  }
  const bandRmse: number[] = [];
  for (let b = 0; b < bands; b++) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < size; i++) {
      const difference = estimate.data[b * size + i]! - reference.data[b * size + i]!;
      magnitude[i]! += difference * difference;
      if (Number.isNaN(magnitude[i]!)) continue;
      sum += difference * difference;
      count++;
    }
    bandRmse.push(count > 0 ? Math.sqrt(sum / count) : Number.NaN);
  }
  for (let i = 0; i < size; i++) magnitude[i] = Math.sqrt(magnitude[i]! / bands);
  return { magnitude, bandRmse };
}

/** Signed difference of one band, [height, width]; NaN where either is invalid. */
export function signedErrors(estimate: Raster, reference: Raster, band: number): Float32Array {
  const size = reference.height * reference.width;
  const out = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const invalid = estimate.mask?.[i] === 0 || reference.mask?.[i] === 0;
    out[i] = invalid
      ? Number.NaN
      : estimate.data[band * size + i]! - reference.data[band * size + i]!;
  }
  return out;
}
