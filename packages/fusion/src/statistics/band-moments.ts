/** Means and covariances of the enlarged bands and PAN over a scene: what linear methods need. */

import type { FloatSamples } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';
import { addColumns, type Moments, momentSize, readMoments } from './moments.js';

/** Sums for the bands and PAN, which is the last variable. */
export const bandMomentSize = ({ bands }: Scene) => momentSize(bands + 1);

export function addBandMoments(
  { exp, pan, mask }: FusionWindow,
  { bands }: Scene,
  sums: Float64Array,
): void {
  addColumns(sums, 0, [...bandColumns(exp, bands), pan], mask);
}

/** [bands + 1] and [bands + 1, bands + 1]. */
export function readBandMoments(sums: Float64Array, { bands }: Scene): Moments {
  return readMoments(sums, 0, bands + 1);
}

/** One view a band of [bands, pixels]. */
export function bandColumns(image: FloatSamples, bands: number): FloatSamples[] {
  const pixels = image.length / bands;
  return Array.from(
    { length: bands },
    (_, k) => image.subarray(k * pixels, (k + 1) * pixels) as FloatSamples,
  );
}

/** Rows and columns `picked` of a [size, size] matrix. */
export function subMatrix(
  matrix: Float64Array,
  size: number,
  rows: readonly number[],
  cols: readonly number[] = rows,
): Float64Array {
  const out = new Float64Array(rows.length * cols.length);
  rows.forEach((row, i) => {
    cols.forEach((col, j) => {
      out[i * cols.length + j] = matrix[row * size + col];
    });
  });
  return out;
}
