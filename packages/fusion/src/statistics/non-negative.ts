/** Non-negative least squares from normal equations (Lawson, Hanson 1974; Bro, de Jong 1997). */

import { solveSymmetric } from './least-squares.js';

/**
 * The x >= 0 that minimises x' A x / 2 - b' x.
 *
 * @param matrix A, [size, size], symmetric, not negative
 * @param right  b
 */
export function nonNegative(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  let x: Float64Array = new Float64Array(size);
  const free = new Set<number>();
  const scale = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let round = 0; round < 10 * size; round++) {
    const slope = right.map((value, i) => {
      let left = value;
      for (let j = 0; j < size; j++) left -= matrix[i * size + j] * x[j];
      return left;
    });
    let best = -1;
    for (let i = 0; i < size; i++) {
      if (!free.has(i) && slope[i] > 1e-12 * scale && (best < 0 || slope[i] > slope[best])) {
        best = i;
      }
    }
    if (best < 0) break;
    free.add(best);
    x = stepInside(x, free, { matrix, right });
    if (!free.has(best)) break;
  }
  return x;
}

/** The minimum over the free entries, approached until none of them is negative. */
function stepInside(
  from: Float64Array,
  free: Set<number>,
  { matrix, right }: { readonly matrix: Float64Array; readonly right: Float64Array },
): Float64Array {
  const size = right.length;
  let x = from;
  for (;;) {
    const index = [...free];
    const own = Float64Array.from(
      { length: index.length ** 2 },
      (_, i) => matrix[index[Math.floor(i / index.length)] * size + index[i % index.length]],
    );
    const found = solveSymmetric(
      own,
      Float64Array.from(index, (i) => right[i]),
    );
    let step = 1;
    index.forEach((i, at) => {
      if (found[at] <= 0) step = Math.min(step, x[i] / (x[i] - found[at]) || 0);
    });
    const next = new Float64Array(size);
    index.forEach((i, at) => {
      next[i] = step === 1 ? Math.max(0, found[at]) : x[i] + step * (found[at] - x[i]);
    });
    const done = found.every((value) => value > 0);
    for (const i of index) {
      if (!done && next[i] <= 1e-15 * Math.max(1, Math.abs(from[i]))) {
        next[i] = 0;
        free.delete(i);
      }
    }
    x = next;
    if (done || free.size === 0) return x;
  }
}
