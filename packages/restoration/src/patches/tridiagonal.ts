/**
 * Eigenvalues and vectors of symmetric matrices of some tens of rows: Householder's reduction to
 * three diagonals, then QL steps with implicit shifts (Golub, Van Loan, 8.3). Rows of `vectors`
 * are the vectors, so that every rotation runs along memory.
 */

export interface EigenWork {
  /** Rows n. */
  readonly n: number;
  /** [n, n]: the matrix, lost afterwards. */
  readonly matrix: Float64Array;
  /** [n, n]: row k is the unit vector that belongs to values[k], in no order. */
  readonly vectors: Float64Array;
  readonly values: Float64Array;
  /** [n] each, scratch. */
  readonly off: Float64Array;
  readonly hold: Float64Array;
}

export function eigenWork(n: number): EigenWork {
  return {
    n,
    matrix: new Float64Array(n * n),
    vectors: new Float64Array(n * n),
    values: new Float64Array(n),
    off: new Float64Array(n),
    hold: new Float64Array(n),
  };
}

/** Decomposes `work.matrix`, of which the lower triangle is read. */
export function decompose(work: EigenWork): void {
  reduce(work);
  accumulate(work);
  iterate(work);
}

/** H_k ... H_1 A H_1 ... H_k: diagonal to `values`, the one below to `off`; reflectors stay in rows. */
function reduce({ n, matrix: a, values: d, off: e, hold: p }: EigenWork): void {
  e[0] = 0;
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let tail = 0;
    for (let k = 0; k < i - 1; k++) tail += a[row + k] * a[row + k];
    const last = a[row + i - 1];
    if (tail === 0) {
      e[i] = last;
      d[i] = a[row + i];
      a[row + i] = 0; // no reflector
      continue;
    }
    const length = Math.sqrt(tail + last * last);
    const alpha = last > 0 ? -length : length;
    e[i] = alpha;
    d[i] = a[row + i];
    // u = x - alpha e_last; H = I - u uᵀ / h with h = uᵀu/2.
    a[row + i - 1] = last - alpha;
    const h = length * length - last * alpha;
    // p = A u / h, with the lower triangle only.
    for (let j = 0; j < i; j++) p[j] = 0;
    for (let j = 0; j < i; j++) {
      const at = j * n;
      const u = a[row + j];
      let sum = a[at + j] * u;
      for (let k = 0; k < j; k++) {
        sum += a[at + k] * a[row + k];
        p[k] += a[at + k] * u;
      }
      p[j] += sum;
    }
    let dot = 0;
    for (let j = 0; j < i; j++) {
      p[j] /= h;
      dot += p[j] * a[row + j];
    }
    const half = dot / (2 * h);
    for (let j = 0; j < i; j++) p[j] -= half * a[row + j];
    for (let j = 0; j < i; j++) {
      const at = j * n;
      const [u, q] = [a[row + j], p[j]];
      for (let k = 0; k <= j; k++) a[at + k] -= u * p[k] + q * a[row + k];
    }
    a[row + i] = h;
  }
  d[0] = a[0];
}

/** The product of the reflectors: rows of `vectors` so that vectors · A · vectorsᵀ is tridiagonal. */
function accumulate({ n, matrix: a, vectors: v, hold: p }: EigenWork): void {
  v.fill(0);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let i = 1; i < n; i++) {
    const row = i * n;
    const h = a[row + i];
    if (h === 0) continue;
    // V ← V H: only the first i rows and columns differ from the identity.
    for (let j = 0; j < i; j++) {
      const at = j * n;
      let dot = 0;
      for (let k = 0; k < i; k++) dot += v[at + k] * a[row + k];
      p[j] = dot / h;
      for (let k = 0; k < i; k++) v[at + k] -= p[j] * a[row + k];
    }
  }
}

const MOST_STEPS = 60;

function iterate({ n, vectors: v, values: d, off: e }: EigenWork): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i];
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l;
      for (; m < n - 1; m++) {
        const size = Math.abs(d[m]) + Math.abs(d[m + 1]);
        if (Math.abs(e[m]) <= Number.EPSILON * size) break;
      }
      if (m === l) break;
      if (step === MOST_STEPS) throw new Error('decompose: expected convergence, got none.');
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.sqrt(g * g + 1);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        const [upper, lower] = [i * n, (i + 1) * n];
        for (let k = 0; k < n; k++) {
          const w = v[lower + k];
          v[lower + k] = s * v[upper + k] + c * w;
          v[upper + k] = c * v[upper + k] - s * w;
        }
      }
      if (r === 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}
