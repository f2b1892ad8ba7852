/** Eigenvalues and vectors of small symmetric matrices by cyclic Jacobi rotations. */

/** A = V diag(values) V', columns of V orthonormal. */
export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** [n, n]; row k is the unit vector that belongs to values[k]; its sign is arbitrary. */
  readonly vectors: Float64Array;
}

const MAX_SWEEPS = 60;

/**
 * The eigen-decomposition of a symmetric [n, n] matrix (only used up to a few hundred rows).
 *
 * @see Golub, Van Loan, Matrix Computations, 8.5 (cyclic Jacobi)
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): SymmetricEigen {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < n; i++) {
      diagonal += a[i * n + i] ** 2;
      for (let j = 0; j < i; j++) off += a[i * n + j] ** 2;
    }
    if (!(off > 1e-36 * (diagonal + off))) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate({ a, v, n }, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  const values = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    values[to] = a[from * n + from];
    vectors.set(v.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values, vectors };
}

/** Makes a[p][q] zero; v keeps the product of the rotations, one eigenvector a row. */
function rotate(
  { a, v, n }: { a: Float64Array; v: Float64Array; n: number },
  p: number,
  q: number,
): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const kp = a[k * n + p];
    const kq = a[k * n + q];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const pk = a[p * n + k];
    const qk = a[q * n + k];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  for (let k = 0; k < n; k++) {
    const pk = v[p * n + k];
    const qk = v[q * n + k];
    v[p * n + k] = c * pk - s * qk;
    v[q * n + k] = s * pk + c * qk;
  }
}
