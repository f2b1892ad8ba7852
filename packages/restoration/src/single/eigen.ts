/**
 * The eigenvalues above a bound, and their vectors, of a symmetric matrix of floats: reduced to
 * three diagonals in floats, solved there in doubles. What is below the bound costs nothing.
 */

import { EigenSolver, eigenDoubles } from '../patches/eigen.js';
import { makeKernels } from '../wasm/kernels.js';
import {
  type Arrays,
  doubles,
  floats,
  integers,
  type SingleKernels,
} from '../wasm/single/single.js';

/** Numbers in a row: room for the zeros that end a reflector, a multiple of 8. */
export function singleRow(n: number): number {
  return 8 * Math.ceil((n + 4) / 8);
}

const LANES = 16;
/** Halvings after the first cut into 16 parts: to about 5e-7 of the largest. */
const HALVINGS = 18;
/** Most steps of Rayleigh's quotient; the second is the last where it moved values little. */
const TWISTS = 3;
/** Of the distance to the next value: an error of the vectors that floats hide. */
const MOVED = 1e-5;
/** Neighbours nearer than this, of the largest, are looked at. */
const NEAR = 1e-4;
/** Cosine of two vectors that should be orthogonal, at most. */
const SKEW = 1e-4;

/** Pieces of memory for matrices of at most n rows. */
export function eigenPieces(n: number) {
  const ld = singleRow(n);
  const fours = 4 * Math.ceil(n / 4);
  return {
    matrix: floats(ld * ld),
    reflectors: floats(ld * ld),
    inverses: floats(ld),
    zeros: floats(ld + 8),
    products: floats(ld + 8),
    diagonal: doubles(n),
    /** From 1 on; 0 before. */
    off: doubles(n + 2),
    squares: doubles(n),
    diagonal32: floats(n),
    squares32: floats(n),
    low: floats(LANES),
    high: floats(LANES),
    wanted: integers(LANES),
    counts: integers(LANES),
    values: doubles(fours),
    lengths: doubles(fours),
    z: doubles(fours * n),
    twistWork: doubles(16 * n),
    tiny: doubles(2),
    /** [kept + 1 and more, ld]: vectors in rows. */
    vectors: floats((fours + 4) * ld),
  };
}

export class SingleEigen {
  private readonly shifts = new Float32Array(LANES);
  private readonly exceed = new Int32Array(LANES);
  private readonly before = new Float64Array(4);
  private fallback: { readonly n: number; readonly solver: EigenSolver } | undefined;

  constructor(
    private readonly kernels: SingleKernels,
    private readonly arrays: Arrays<ReturnType<typeof eigenPieces>>,
  ) {}

  /**
   * Takes `matrix` [n, singleRow(n)] apart; `values` and the rows of `vectors` are then the
   * eigenvalues above `least`, descending, and their vectors.
   *
   * @returns how many they are
   */
  solve(n: number, least: number): number {
    this.reduce(n);
    const top = this.top(n);
    if (!(top > least)) return 0;
    const count = this.bisect(n, least, top);
    if (count === 0) return 0;
    if (!this.twist(n, count, top)) this.solveCarefully(n, count);
    const { kernels, arrays } = this;
    const { vectors, reflectors, inverses } = arrays;
    const row = 4 * singleRow(n);
    for (let k = 0; k < count; k += 4) {
      const at = vectors.byteOffset + k * row;
      kernels.reflect(at, reflectors.byteOffset, inverses.byteOffset, n - 1, row);
    }
    return count;
  }

  private reduce(n: number): void {
    const { kernels, arrays } = this;
    const { matrix, reflectors, inverses, zeros, products } = arrays;
    const { diagonal, off, squares, diagonal32, squares32 } = arrays;
    zeros.fill(0);
    kernels.reduce(
      matrix.byteOffset,
      n,
      4 * singleRow(n),
      reflectors.byteOffset,
      inverses.byteOffset,
      diagonal.byteOffset,
      off.byteOffset + 8,
      zeros.byteOffset,
      products.byteOffset,
    );
    off[0] = 0;
    off[n] = 0;
    for (let i = 0; i < n; i++) {
      const square = off[i + 1] * off[i + 1];
      squares[i] = square;
      diagonal32[i] = diagonal[i];
      // Never 0: 0/0 would end the count.
      squares32[i] = square > 1e-30 ? square : 1e-30;
    }
  }

  /** No eigenvalue is larger (Gershgorin). */
  private top(n: number): number {
    const { diagonal, off } = this.arrays;
    let most = 0;
    for (let i = 0; i < n; i++) {
      const reach = diagonal[i] + Math.abs(off[i]) + Math.abs(off[i + 1]);
      if (reach > most) most = reach;
    }
    return most * (1 + 1e-6);
  }

  /** `values` above `least`, to about 1e-6 of `top`. */
  private bisect(n: number, least: number, top: number): number {
    const { kernels, arrays } = this;
    const { diagonal32, squares32, low, high, wanted, counts, values } = arrays;
    const halve = (steps: number) =>
      kernels.bisect(
        diagonal32.byteOffset,
        squares32.byteOffset,
        n,
        low.byteOffset,
        high.byteOffset,
        wanted.byteOffset,
        counts.byteOffset,
        steps,
      );
    for (let lane = 0; lane < LANES; lane++) {
      low[lane] = high[lane] = least + (top - least) * (lane / LANES) ** 2;
    }
    halve(1);
    const { shifts, exceed } = this;
    shifts.set(low);
    exceed.set(counts);
    const count = exceed[0];
    for (let first = 0; first < count; first += LANES) {
      for (let lane = 0; lane < LANES; lane++) {
        const k = Math.min(first + lane, count - 1);
        let above = LANES - 1;
        while (above > 0 && exceed[above] <= k) above--;
        wanted[lane] = k;
        low[lane] = shifts[above];
        high[lane] = above + 1 < LANES ? shifts[above + 1] : top;
      }
      halve(HALVINGS);
      const end = Math.min(LANES, count - first);
      for (let lane = 0; lane < end; lane++) values[first + lane] = (low[lane] + high[lane]) / 2;
    }
    return count;
  }

  /** `vectors` of the tridiagonal matrix; false where some are not orthogonal. */
  private twist(n: number, count: number, top: number): boolean {
    const { kernels, arrays } = this;
    const { diagonal, off, squares, values, z, lengths, twistWork, tiny, vectors } = arrays;
    const { before } = this;
    const ld = singleRow(n);
    const fours = 4 * Math.ceil(count / 4);
    for (let k = count; k < fours; k++) values[k] = values[count - 1];
    tiny[0] = 1e-20 * top;
    for (let k = 0; k < fours; k += 4) {
      const at = z.byteOffset + 8 * k * n;
      for (let step = 0; step < TWISTS; step++) {
        if (step === 1) for (let lane = 0; lane < 4; lane++) before[lane] = values[k + lane];
        if (step === 2 && this.settled(k, count)) break;
        kernels.twist(
          diagonal.byteOffset,
          off.byteOffset + 8,
          squares.byteOffset,
          n,
          values.byteOffset + 8 * k,
          at,
          lengths.byteOffset + 8 * k,
          twistWork.byteOffset,
          tiny.byteOffset,
        );
      }
      const scale = (lane: number) => (k + lane < count ? lengths[k + lane] : 0);
      const [l0, l1, l2, l3] = [scale(0), scale(1), scale(2), scale(3)];
      for (let i = 0, to = k * ld, from = k * n; i < n; i++, to++, from += 4) {
        vectors[to] = l0 * z[from];
        vectors[to + ld] = l1 * z[from + 1];
        vectors[to + 2 * ld] = l2 * z[from + 2];
        vectors[to + 3 * ld] = l3 * z[from + 3];
      }
      for (let lane = 0; lane < 4; lane++) {
        vectors.fill(0, (k + lane) * ld + n, (k + lane + 1) * ld);
      }
    }
    for (let k = 0; k < count; k++) {
      if (!(lengths[k] > 0)) return false;
      if (k === 0) continue;
      const gap = values[k - 1] - values[k];
      if (!(gap > 0)) return false;
      if (gap > NEAR * top) continue;
      let dot = 0;
      for (let i = 0; i < n; i++) dot += vectors[(k - 1) * ld + i] * vectors[k * ld + i];
      if (Math.abs(dot) > SKEW) return false;
    }
    return true;
  }

  /** Whether four values from k on moved little against the distance to their neighbours. */
  private settled(k: number, count: number): boolean {
    const { before, arrays } = this;
    const { values } = arrays;
    for (let lane = 0; lane < 4 && k + lane < count; lane++) {
      const own = values[k + lane];
      const above = k + lane > 0 ? values[k + lane - 1] - own : Number.POSITIVE_INFINITY;
      const below = k + lane + 1 < count ? own - values[k + lane + 1] : above;
      if (!(Math.abs(own - before[lane]) < MOVED * Math.min(above, below))) return false;
    }
    return true;
  }

  /** The same by inverse iteration with clusters kept apart: equal values, split matrices. */
  private solveCarefully(n: number, count: number): void {
    const { diagonal, off, values, vectors } = this.arrays;
    if (this.fallback?.n !== n) {
      const { kernels, buffer } = makeKernels(8 * eigenDoubles(n));
      this.fallback = { n, solver: new EigenSolver(n, kernels, { buffer, at: 0 }) };
    }
    const { solver } = this.fallback;
    solver.matrix.fill(0);
    for (let i = 0; i < n; i++) {
      solver.matrix[i * solver.ld + i] = diagonal[i];
      if (i + 1 === n) break;
      solver.matrix[i * solver.ld + i + 1] = off[i + 1];
      solver.matrix[(i + 1) * solver.ld + i] = off[i + 1];
    }
    solver.solveValues();
    solver.solveVectors(count);
    const ld = singleRow(n);
    for (let k = 0; k < count; k++) {
      values[k] = solver.values[k];
      for (let i = 0; i < n; i++) vectors[k * ld + i] = solver.vectors[k * solver.ld + i];
    }
  }
}
