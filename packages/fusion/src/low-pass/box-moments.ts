/** Means and variances over boxes, by running sums. */

import { type BoxOptions, boxSums, masked, type Sheet } from './box.js';

export interface BoxMoments {
  readonly mean: Float64Array;
  /** Mean square minus squared mean, not negative; exactly 0 where the box is flat. */
  readonly variance: Float64Array;
}

/** What rounding may leave of a flat box, relative to its mean square. */
const FLAT = 1e-12;

/** Of the known pixels in each box. */
export function boxMoments(
  sheet: Sheet & { readonly mask?: Uint8Array },
  options: BoxOptions,
): BoxMoments {
  const { mask } = sheet;
  const data = mask ? masked(sheet.data, mask) : sheet.data;
  const squares = new Float64Array(data.length);
  for (let p = 0; p < squares.length; p++) squares[p] = data[p] * data[p];
  const mean = boxSums({ ...sheet, data }, options);
  const variance = boxSums({ ...sheet, data: squares }, options);
  const counts = countsOf(sheet, options);
  const full = (2 * options.radius + 1) ** 2;
  for (let p = 0; p < mean.length; p++) {
    const share = 1 / (counts ? Math.max(1, counts[p]) : full);
    mean[p] *= share;
    const square = variance[p] * share;
    const spread = square - mean[p] * mean[p];
    variance[p] = spread > FLAT * square ? spread : 0;
  }
  return { mean, variance };
}

/** Pixels in each box; undefined where that is always its area. */
function countsOf(
  sheet: Sheet & { readonly mask?: Uint8Array },
  options: BoxOptions,
): Float64Array | undefined {
  if (!sheet.mask && options.outside === 'nearest') return undefined;
  const known = sheet.mask ?? new Uint8Array(sheet.height * sheet.width).fill(1);
  return boxSums({ ...sheet, data: known }, options);
}
