/**
 * The leading eigenvalues and vectors of a symmetric matrix of some tens of rows: Householder's
 * reduction to three diagonals, all values by rational QL steps (Pal, Walker, Kahan; Parlett, The
 * Symmetric Eigenvalue Problem, 8.15), then only the vectors that are wanted by inverse iteration.
 */

import type { Kernels } from '../wasm/kernels.js';

/** Numbers in a row: a multiple of 4, and always at least one more than there are. */
export function rowLength(n: number): number {
  return 4 * Math.ceil((n + 1) / 4);
}

/** Doubles that `EigenSolver` needs in the kernels' memory. */
export function eigenDoubles(n: number): number {
  const ld = rowLength(n);
  return 3 * ld * ld + 8 * ld;
}

export class EigenSolver {
  /** [ld, ld]: the whole matrix goes here; lost afterwards. What is beyond n must be 0. */
  readonly matrix: Float64Array;
  /** [ld, ld]: row k is the k-th vector; rows up to the next multiple of 4 are 0. */
  readonly vectors: Float64Array;
  /** Descending, after `values()`. */
  readonly values: Float64Array;
  readonly ld: number;
  private readonly reflectors: Float64Array;
  private readonly inverses: Float64Array;
  private readonly p: Float64Array;
  private readonly diagonal: Float64Array;
  private readonly off: Float64Array;
  private readonly squares: Float64Array;
  private readonly lower: Float64Array;
  private readonly pivots: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly swapped: Uint8Array;

  /** @param at first byte of its part of the memory */
  constructor(
    private readonly n: number,
    private readonly kernels: Kernels,
    { buffer, at }: { readonly buffer: ArrayBuffer; readonly at: number },
  ) {
    this.ld = rowLength(n);
    const { ld } = this;
    let next = at;
    const take = (length: number) => {
      const part = new Float64Array(buffer, next, length);
      next += 8 * length;
      return part;
    };
    this.matrix = take(ld * ld);
    this.vectors = take(ld * ld);
    this.reflectors = take(ld * ld);
    this.inverses = take(ld);
    this.p = take(ld);
    this.values = new Float64Array(n);
    this.diagonal = new Float64Array(n);
    this.off = new Float64Array(n);
    this.squares = new Float64Array(n);
    this.lower = new Float64Array(n);
    this.pivots = new Float64Array(n);
    this.first = new Float64Array(n);
    this.second = new Float64Array(n);
    this.swapped = new Uint8Array(n);
  }

  /** Reduces `matrix` and fills `values`. */
  solveValues(): void {
    this.reduce();
    this.rationalQl();
  }

  /** Q T Qᵀ = A: reflector i in row i - 1 of `reflectors`, made from the rows from the last up. */
  private reduce(): void {
    const { n, ld, matrix: a, reflectors: r, inverses, p, diagonal: d, off: e, kernels } = this;
    for (let i = n - 1; i > 0; i--) {
      const row = i * ld;
      const to = (i - 1) * ld;
      let tail = 0;
      for (let k = 0; k < i - 1; k++) {
        const value = a[row + k];
        r[to + k] = value;
        tail += value * value;
      }
      const last = a[row + i - 1];
      d[i] = a[row + i];
      r[to + i] = 0;
      if (tail === 0) {
        e[i - 1] = last;
        r[to + i - 1] = 0;
        inverses[i - 1] = 0;
        continue;
      }
      const length = Math.sqrt(tail + last * last);
      const alpha = last > 0 ? -length : length;
      e[i - 1] = alpha;
      r[to + i - 1] = last - alpha;
      const inverse = 1 / (length * length - last * alpha);
      inverses[i - 1] = inverse;
      const even = (i + 1) & ~1;
      const u = r.byteOffset + 8 * to;
      const rows = (i + 3) & ~3;
      kernels.timesVector(p.byteOffset, a.byteOffset, u, rows, even, 8 * ld);
      let dot = 0;
      for (let j = 0; j < i; j++) {
        p[j] *= inverse;
        dot += p[j] * r[to + j];
      }
      const half = (dot * inverse) / 2;
      for (let j = 0; j < i; j++) p[j] -= half * r[to + j];
      for (let j = i; j < rows; j++) p[j] = 0;
      kernels.rankTwo(a.byteOffset, u, p.byteOffset, even, even, 8 * ld);
    }
    d[0] = a[0];
    e[n - 1] = 0;
  }

  /** Eigenvalues alone: the squares of the off-diagonal are carried, so that no root is needed. */
  private rationalQl(): void {
    const { n, values: d, diagonal, off, squares: e } = this;
    for (let i = 0; i < n; i++) {
      d[i] = diagonal[i];
      e[i] = off[i] * off[i];
    }
    const tiny = Number.EPSILON ** 2;
    for (let l = 0; l < n; l++) {
      for (let step = 0; ; step++) {
        let m = l;
        while (m < n - 1 && e[m] > tiny * Math.abs(d[m] * d[m + 1])) m++;
        if (m === l) break;
        if (step > 80) throw new Error('EigenSolver: expected convergence, got none.');
        const root = Math.sqrt(e[l]);
        const slope = (d[l + 1] - d[l]) / (2 * root);
        const shift = d[l] - root / (slope + (slope >= 0 ? 1 : -1) * Math.sqrt(slope * slope + 1));
        let c = 1;
        let s = 0;
        let gamma = d[m] - shift;
        let p = gamma * gamma;
        for (let i = m - 1; i >= l; i--) {
          const b = e[i];
          const r = p + b;
          if (i !== m - 1) e[i + 1] = s * r;
          const before = c;
          // Three quotients that do not wait for each other; the last serves the next p.
          c = p / r;
          s = b / r;
          const inverse = r / p;
          const old = gamma;
          const alpha = d[i];
          gamma = c * (alpha - shift) - s * old;
          d[i + 1] = old + (alpha - gamma);
          p = c === 0 ? before * b : gamma * gamma * inverse;
        }
        e[l] = s * p;
        d[l] = shift + gamma;
        e[m] = 0;
      }
    }
    d.sort().reverse();
  }

  /** Fills the first `count` rows of `vectors` with those of the largest values. */
  solveVectors(count: number): void {
    const { n, ld, values, vectors, kernels, reflectors, inverses } = this;
    const most = Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
    const rows = 4 * Math.ceil(count / 4);
    vectors.fill(0, 0, rows * ld);
    // Nearer than this they are kept apart by hand: ε/gap is what inverse iteration leaves.
    const near = 1e-5 * most;
    let cluster = 0;
    for (let k = 0; k < count; k++) {
      if (k > 0 && values[k - 1] - values[k] > near) cluster = k;
      this.inverseIteration(k, cluster, most);
    }
    const [r, inverse] = [reflectors.byteOffset, inverses.byteOffset];
    for (let k = 0; k < rows; k += 4) {
      kernels.reflect4(vectors.byteOffset + 8 * k * ld, r, inverse, n - 1, 8 * ld);
    }
  }

  /** One vector of the tridiagonal matrix, orthogonal to those from `cluster` on. */
  private inverseIteration(k: number, cluster: number, most: number): void {
    const { n, ld } = this;
    this.factor(this.values[k], most * Number.EPSILON);
    const x = this.vectors.subarray(k * ld, k * ld + n);
    let state = 12345 + 7919 * k;
    for (let i = 0; i < n; i++) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      x[i] = 0.5 + state / 0x7fffffff;
    }
    for (let step = 0; step < 2; step++) {
      if (step > 0) this.forward(x);
      this.backward(x);
      for (let other = cluster; other < k; other++) {
        const y = this.vectors.subarray(other * ld, other * ld + n);
        let dot = 0;
        for (let i = 0; i < n; i++) dot += x[i] * y[i];
        for (let i = 0; i < n; i++) x[i] -= dot * y[i];
      }
      let sum = 0;
      for (let i = 0; i < n; i++) sum += x[i] * x[i];
      const scale = 1 / Math.sqrt(sum);
      for (let i = 0; i < n; i++) x[i] *= scale;
    }
  }

  /** T - λI = P L U with rows exchanged where that keeps the multipliers below 1. */
  private factor(value: number, least: number): void {
    const { n, diagonal, off, lower, pivots, first, second, swapped } = this;
    let d = diagonal[0] - value;
    let e = off[0];
    for (let i = 0; i < n - 1; i++) {
      const below = off[i];
      const next = diagonal[i + 1] - value;
      const after = off[i + 1];
      if (Math.abs(d) >= Math.abs(below)) {
        const pivot = d === 0 ? least : d;
        const inverse = 1 / pivot;
        const by = below * inverse;
        swapped[i] = 0;
        pivots[i] = inverse;
        first[i] = e;
        second[i] = 0;
        lower[i] = by;
        d = next - by * e;
        e = after;
      } else {
        const inverse = 1 / below;
        const by = d * inverse;
        swapped[i] = 1;
        pivots[i] = inverse;
        first[i] = next;
        second[i] = after;
        lower[i] = by;
        d = e - by * next;
        e = -by * after;
      }
    }
    if (Math.abs(d) < least) d = d < 0 ? -least : least;
    pivots[n - 1] = 1 / d;
    first[n - 1] = 0;
    second[n - 1] = 0;
  }

  private forward(x: Float64Array): void {
    const { n, lower, swapped } = this;
    for (let i = 0; i < n - 1; i++) {
      if (swapped[i] === 0) x[i + 1] -= lower[i] * x[i];
      else {
        const value = x[i];
        x[i] = x[i + 1];
        x[i + 1] = value - lower[i] * x[i];
      }
    }
  }

  private backward(x: Float64Array): void {
    const { n, pivots, first, second } = this;
    let b = x[n - 1] * pivots[n - 1];
    x[n - 1] = b;
    if (n === 1) return;
    let a = (x[n - 2] - first[n - 2] * b) * pivots[n - 2];
    x[n - 2] = a;
    for (let i = n - 3; i >= 0; i--) {
      const next = (x[i] - first[i] * a - second[i] * b) * pivots[i];
      x[i] = next;
      b = a;
      a = next;
    }
  }
}
