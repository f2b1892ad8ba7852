/** Least squares whose solution may not be negative, on normal equations. */

/**
 * min x'Ax / 2 - b'x with x >= 0, by coordinate descent from zero: each value in turn takes its best,
 * cut at zero, until none moves by more than 1e-9 of the largest.
 *
 * @param matrix [n, n], symmetric positive semi-definite, such as X'X
 * @param right  [n], such as X'y
 */
export function solveNonNegative(
  matrix: ArrayLike<number>,
  right: ArrayLike<number>,
  { sweeps = 2000 }: { readonly sweeps?: number } = {},
): Float64Array {
  const n = right.length;
  const x = new Float64Array(n);
  // What is left of b - A x, kept up to date.
  const left = Float64Array.from(right);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = 0;
    let largest = 0;
    for (let k = 0; k < n; k++) {
      const own = matrix[k * n + k];
      if (!(own > 0)) continue;
      const next = Math.max(0, x[k] + left[k] / own);
      const step = next - x[k];
      if (step !== 0) {
        x[k] = next;
        for (let i = 0; i < n; i++) left[i] -= step * matrix[i * n + k];
      }
      moved = Math.max(moved, Math.abs(step));
      largest = Math.max(largest, next);
    }
    if (moved <= 1e-9 * largest) break;
  }
  return x;
}
