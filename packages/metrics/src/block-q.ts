/** Mean universal quality indices between bands over blocks: what D_lambda and D_s compare. */

import { InputError, type Samples } from '@bandweave/image';
import { uqi } from './uqi.js';

/** Bands of one size, wherever their samples lie. */
export interface BandStack {
  readonly height: number;
  readonly width: number;
  /** [height, width] each */
  readonly planes: readonly Samples[];
}

export interface BlockQOptions {
  /** Side of the blocks, which do not overlap; at most the image's smaller side. */
  readonly block: number;
  readonly valid?: Uint8Array | undefined;
  /** Every pair of planes, or each with the last only. */
  readonly pairs: 'all' | 'last';
}

/**
 * The mean over blocks of Q between planes i and j, at [i * planes + j] for i < j. Strips that hold
 * no whole block are left out, and so are blocks with fewer than half of their pixels valid.
 *
 * @throws InputError for a block that is no whole number from 2 on
 */
export function meanBlockQ(
  { height, width, planes }: BandStack,
  { block, valid, pairs }: BlockQOptions,
): Float64Array {
  const side = Math.min(block, height, width);
  if (!(Number.isInteger(side) && side >= 2)) {
    throw new InputError(`q: expected blocks of 2 pixels or more, got ${block}.`);
  }
  const count = planes.length;
  const totals = new Float64Array(count * count);
  const indices = new Int32Array(side * side);
  const centred = Array.from(planes, () => new Float64Array(side * side));
  const means = new Float64Array(count);
  const squares = new Float64Array(count);
  let blocks = 0;
  for (let row = 0; row + side <= height; row += side) {
    for (let col = 0; col + side <= width; col += side) {
      let n = 0;
      for (let y = row; y < row + side; y++) {
        for (let at = y * width + col; at < y * width + col + side; at++) {
          if (valid === undefined || valid[at] === 1) indices[n++] = at;
        }
      }
      if (2 * n < side * side || n < 2) continue;
      blocks++;
      for (let p = 0; p < count; p++) {
        const stats = centre(planes[p], indices.subarray(0, n), centred[p]);
        means[p] = stats.mean;
        squares[p] = stats.squares;
      }
      for (let i = 0; i < count - 1; i++) {
        for (let j = pairs === 'all' ? i + 1 : count - 1; j < count; j++) {
          const cross = dot(centred[i], centred[j], n);
          totals[i * count + j] += blockUqi(n, {
            means: [means[i], means[j]],
            squares: squares[i] + squares[j],
            cross,
          });
        }
      }
    }
  }
  for (let i = 0; i < totals.length; i++) totals[i] /= blocks;
  return totals;
}

function centre(
  plane: Samples,
  indices: Int32Array,
  out: Float64Array,
): { mean: number; squares: number } {
  let sum = 0;
  for (let i = 0; i < indices.length; i++) {
    out[i] = plane[indices[i]];
    sum += out[i];
  }
  const mean = sum / indices.length;
  let squares = 0;
  for (let i = 0; i < indices.length; i++) {
    out[i] -= mean;
    squares += out[i] * out[i];
  }
  return { mean, squares };
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 1 < n; i += 2) {
    even += a[i] * b[i];
    odd += a[i + 1] * b[i + 1];
  }
  return i < n ? even + odd + a[i] * b[i] : even + odd;
}

/** UQI from means and centred sums, which lose no digits. */
function blockUqi(
  n: number,
  {
    means: [a, b],
    squares,
    cross,
  }: { means: readonly [number, number]; squares: number; cross: number },
): number {
  const energy = a * a + b * b;
  // Centred sums of a constant are rounding, not variance.
  if (!(squares > 1e-26 * n * energy))
    return uqi(1, { sumA: a, sumB: b, squares: energy, cross: 0 });
  if (energy === 0) return 1;
  return (4 * cross * a * b) / (squares * energy);
}
