/** Small linear systems: symmetric positive semi-definite solves, as normal equations give them. */

import { symmetricEigen } from './symmetric-eigen.js';

/**
 * The minimum-norm x with A x = b for a symmetric positive semi-definite A, such as the normal
 * equations X'X x = X'y: directions whose eigenvalue is below `rcond` times the largest are left
 * out, so that collinear bands give finite weights.
 *
 * Columns are first scaled to unit diagonal, which is what makes bands of different range safe.
 *
 * @param matrix [n, n]
 * @param right  [n]
 */
export function solveSymmetric(
  matrix: ArrayLike<number>,
  right: ArrayLike<number>,
  { rcond = 1e-14 }: { readonly rcond?: number } = {},
): Float64Array {
  const n = right.length;
  const scale = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const d = matrix[i * n + i];
    scale[i] = d > 0 ? 1 / Math.sqrt(d) : 0;
  }
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) scaled[i * n + j] = matrix[i * n + j] * scale[i] * scale[j];
  }
  const x = cholesky(scaled, right, scale) ?? pseudoInverse(scaled, right, { scale, rcond });
  for (let i = 0; i < n; i++) x[i] *= scale[i];
  return x;
}

/** The solution where the matrix is comfortably positive definite, else undefined. */
function cholesky(
  matrix: Float64Array,
  right: ArrayLike<number>,
  scale: Float64Array,
): Float64Array | undefined {
  const n = right.length;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k];
      if (i === j) {
        if (!(sum > 1e-12)) return undefined;
        lower[i * n + i] = Math.sqrt(sum);
      } else lower[i * n + j] = sum / lower[j * n + j];
    }
  }
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = right[i] * scale[i];
    for (let k = 0; k < i; k++) sum -= lower[i * n + k] * x[k];
    x[i] = sum / lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i] * x[k];
    x[i] = sum / lower[i * n + i];
  }
  return x;
}

function pseudoInverse(
  matrix: Float64Array,
  right: ArrayLike<number>,
  { scale, rcond }: { scale: Float64Array; rcond: number },
): Float64Array {
  const n = right.length;
  const { values, vectors } = symmetricEigen(matrix, n);
  const x = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    if (!(values[k] > rcond * values[0])) continue;
    let projection = 0;
    for (let i = 0; i < n; i++) projection += vectors[k * n + i] * right[i] * scale[i];
    for (let i = 0; i < n; i++) x[i] += (projection / values[k]) * vectors[k * n + i];
  }
  return x;
}
