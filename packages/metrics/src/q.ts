/** Universal image quality index over sliding windows (Wang and Bovik 2002). */

import { InputError, type Raster } from '@bandweave/image';
import { type CoreOption, coreSpans } from './core.js';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';
import { uqi } from './uqi.js';

export const Q: IndexInfo = {
  key: 'q',
  title: 'Q',
  range: [-1, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'toolbox: sliding windows of 32',
};

export interface QOptions extends MaskOption {
  /** Side of the sliding window; 32 by default, at most the image's smaller side. */
  readonly block?: number;
}

export interface QResult {
  readonly value: number;
  /** [height - block + 1, width - block + 1], the mean over bands; NaN where there is none. */
  readonly map: Float64Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Q with its map: the mean over all positions of a square window and over bands; 1 is perfect.
 * Q = 4 σ_xy μ_x μ_y / ((σ_x² + σ_y²)(μ_x² + μ_y²)) in each window.
 *
 * Where both windows are constant, Q is 2 μ_x μ_y / (μ_x² + μ_y²), and 1 where both are zero.
 * Windows with fewer than half of their pixels valid are left out.
 */
export function qMap(
  estimate: Raster,
  reference: Raster,
  { block = 32, mask }: QOptions = {},
): QResult {
  requireSameShape('q', estimate, reference);
  const side = Math.min(block, estimate.height, estimate.width);
  if (!(Number.isInteger(side) && side >= 1)) {
    throw new InputError(`q: expected a whole block from 1 on, got ${block}.`);
  }
  const valid = validPixels([estimate, reference], mask);
  const height = estimate.height - side + 1;
  const width = estimate.width - side + 1;
  const map = new Float64Array(height * width);
  const sums = Array.from({ length: 6 }, () => new Float64Array(estimate.width));
  for (let band = 0; band < estimate.bands; band++) {
    for (const column of sums) column.fill(0);
    for (let y = 0; y < estimate.height; y++) {
      const rows = { estimate, reference, valid, band };
      addRow(sums, rows, { y, sign: 1 });
      if (y >= side) addRow(sums, rows, { y: y - side, sign: -1 });
      if (y >= side - 1) slideAlong(sums, map.subarray((y - side + 1) * width), { side, width });
    }
  }
  let total = 0;
  let count = 0;
  for (let i = 0; i < map.length; i++) {
    map[i] /= estimate.bands;
    if (Number.isNaN(map[i])) continue;
    total += map[i];
    count++;
  }
  return { value: total / count, map, height, width };
}

/** The value of `qMap`. */
export function q(estimate: Raster, reference: Raster, options: QOptions = {}): number {
  return qMap(estimate, reference, options).value;
}

/**
 * Q of a scene seen window by window: exact where windows have a margin of one block less one pixel
 * below and to the right of the core.
 */
export class QAccumulator {
  private sum = 0;
  private count = 0;

  add(estimate: Raster, reference: Raster, { core, ...options }: QOptions & CoreOption = {}): this {
    const { map, height, width } = qMap(estimate, reference, options);
    const { rows, cols } = coreSpans(estimate, core);
    for (let y = rows[0]; y < Math.min(height, rows[1]); y++) {
      for (let x = cols[0]; x < Math.min(width, cols[1]); x++) {
        const value = map[y * width + x];
        if (Number.isNaN(value)) continue;
        this.sum += value;
        this.count++;
      }
    }
    return this;
  }

  /** Takes in what another accumulator saw. */
  merge(other: QAccumulator): this {
    this.sum += other.sum;
    this.count += other.count;
    return this;
  }

  value(): number {
    return this.sum / this.count;
  }
}

/** Column sums of count, x, y, x², y², xy take in a row or lose it. */
function addRow(
  sums: readonly Float64Array[],
  {
    estimate,
    reference,
    valid,
    band,
  }: { estimate: Raster; reference: Raster; valid: Uint8Array | undefined; band: number },
  { y, sign }: { y: number; sign: 1 | -1 },
): void {
  const [n, a, b, aa, bb, ab] = sums;
  const { width, height } = estimate;
  const from = (band * height + y) * width;
  for (let x = 0; x < width; x++) {
    if (valid !== undefined && valid[y * width + x] === 0) continue;
    const p = estimate.data[from + x];
    const r = reference.data[from + x];
    n[x] += sign;
    a[x] += sign * p;
    b[x] += sign * r;
    aa[x] += sign * p * p;
    bb[x] += sign * r * r;
    ab[x] += sign * p * r;
  }
}

function slideAlong(
  sums: readonly Float64Array[],
  out: Float64Array,
  { side, width }: { side: number; width: number },
): void {
  const [n, a, b, aa, bb, ab] = sums;
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let cross = 0;
  for (let x = 0; x < width + side - 1; x++) {
    count += n[x];
    sumA += a[x];
    sumB += b[x];
    squaresA += aa[x];
    squaresB += bb[x];
    cross += ab[x];
    if (x < side - 1) continue;
    const enough = 2 * count >= side * side;
    out[x - side + 1] += enough
      ? uqi(count, { sumA, sumB, squares: squaresA + squaresB, cross })
      : Number.NaN;
    const old = x - side + 1;
    count -= n[old];
    sumA -= a[old];
    sumB -= b[old];
    squaresA -= aa[old];
    squaresB -= bb[old];
    cross -= ab[old];
  }
}
