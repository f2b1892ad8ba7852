/**
 * One group of similar patches, shrunk: mean taken off, singular values thresholded, mean put back.
 * The decomposition is that of the smaller Gram matrix, SᵀS = V diag(s²) Vᵀ, so that the answer
 * S V diag(s'/s) Vᵀ needs no other vectors (economy size), and only those of values that stay.
 */

import { type ShrinkRule, shrinkValue } from '../shrink/shrink-values.js';
import { type Kernels, makeKernels } from '../wasm/kernels.js';
import { EigenSolver, eigenDoubles, rowLength } from './eigen.js';

/**
 * What is decomposed. `released`: the channels of a patch stacked, a real matrix of 3b² x n whose
 * singular values times √2 are what the published program thresholds. `quaternion`: the quaternion
 * matrix of b² x n, as the paper's theory has it. `plain`: the real matrix as it is, for one band.
 */
export type GroupMode = 'released' | 'quaternion' | 'plain';

export interface GroupShape {
  /** Pixels of a patch b². */
  readonly pixels: number;
  /** 3; 1 in mode `plain`. */
  readonly bands: number;
  /** Most patches of a group. */
  readonly patches: number;
}

/** Is told each singular value before and after, largest first. */
export type Watch = (s: number, shrunk: number) => void;

/** Thresholds groups of one shape; holds the memory for it. */
export class GroupShrinker {
  /** [patches, stride]: a patch in a row, its bands one after another; filled by the caller. */
  readonly group: Float64Array;
  /** [patches, stride]: the estimate without its mean. */
  readonly estimate: Float64Array;
  /** [bands · pixels] */
  readonly mean: Float64Array;
  readonly stride: number;
  private readonly dims: number;
  private readonly kernels: Kernels;
  private readonly buffer: ArrayBuffer;
  /** The matrix where it is not the group itself, the answer, S V, and Vᵀ diag(s'/s) turned. */
  private readonly other: Float64Array;
  private readonly answer: Float64Array;
  private readonly products: Float64Array;
  private readonly turned: Float64Array;
  private readonly factors: Float64Array;
  private readonly solverPart: Float64Array;
  private solver: { readonly small: number; readonly solver: EigenSolver } | undefined;

  constructor(
    private readonly shape: GroupShape,
    private readonly mode: GroupMode,
    private readonly rule: ShrinkRule,
  ) {
    const { pixels, bands, patches } = shape;
    this.dims = pixels * bands;
    this.stride = rowLength(this.dims);
    const times = mode === 'quaternion' ? 4 : 1;
    const small = times * Math.min(mode === 'quaternion' ? pixels : this.dims, patches);
    const large = 4 * Math.ceil((times * Math.max(this.dims, patches)) / 4);
    const ld = rowLength(small);
    const rows = 4 * Math.ceil(patches / 4);
    const sizes = [
      rows * this.stride,
      rows * this.stride,
      large * ld,
      large * ld,
      large * ld,
      ld * ld,
      eigenDoubles(small),
    ];
    const { kernels, buffer } = makeKernels(8 * sizes.reduce((a, b) => a + b));
    this.kernels = kernels;
    this.buffer = buffer;
    let at = 0;
    const parts = sizes.map((size) => {
      const part = new Float64Array(buffer, at, size);
      at += 8 * size;
      return part;
    });
    [this.group, this.estimate, this.other, this.answer, this.products, this.turned] = parts;
    this.solverPart = parts[6];
    this.mean = new Float64Array(this.dims);
    this.factors = new Float64Array(ld);
  }

  /** Takes a group as [patches, bands, pixels] without gaps. */
  fill(samples: ArrayLike<number>, patches: number): void {
    const { group, dims, stride } = this;
    for (let j = 0, from = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) group[j * stride + d] = samples[from++];
    }
  }

  /** The estimate with its mean, in the form of `fill`. */
  result(patches: number): Float64Array {
    const { estimate, dims, stride, mean } = this;
    const out = new Float64Array(patches * dims);
    for (let j = 0, to = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) out[to++] = estimate[j * stride + d] + mean[d];
    }
    return out;
  }

  /**
   * Works out `estimate` and `mean` of the first `patches` patches of `group`, which loses its
   * mean.
   *
   * @param level noise level m of the group
   */
  shrink(patches: number, level: number, watch?: Watch): void {
    this.center(patches);
    const noise = { patches, level };
    if (this.mode === 'quaternion') this.shrinkQuaternion(noise, watch);
    else this.shrinkReal(noise, watch);
  }

  private center(patches: number): void {
    const { group, mean, dims, stride } = this;
    mean.fill(0);
    const end = patches * stride;
    for (let at = 0; at < end; at += stride) {
      for (let d = 0; d < dims; d++) mean[d] += group[at + d];
    }
    for (let d = 0; d < dims; d++) mean[d] /= patches;
    for (let at = 0; at < end; at += stride) {
      for (let d = 0; d < dims; d++) group[at + d] -= mean[d];
    }
  }

  private shrinkReal(noise: GroupNoise, watch: Watch | undefined): void {
    const { group, estimate, other, answer, dims, stride } = this;
    const { patches } = noise;
    const stretch = this.mode === 'released' ? Math.SQRT2 : 1;
    if (dims <= patches) {
      this.filter({ s: group, out: estimate, small: dims, large: patches, stretch, noise, watch });
      return;
    }
    const ld = rowLength(patches);
    other.fill(0, 0, dims * ld);
    for (let j = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) other[d * ld + j] = group[j * stride + d];
    }
    this.filter({ s: other, out: answer, small: patches, large: dims, stretch, noise, watch });
    for (let j = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) estimate[j * stride + d] = answer[d * ld + j];
    }
  }

  /**
   * The real representation of the quaternion matrix, turned: its Gram matrix has each squared
   * value four times, and the first block row of the answer is the answer.
   */
  private shrinkQuaternion(noise: GroupNoise, watch: Watch | undefined): void {
    const { group, estimate, other, answer, dims, stride } = this;
    const { pixels } = this.shape;
    const { patches } = noise;
    const wide = patches >= pixels;
    const [small, large] = wide ? [pixels, patches] : [patches, pixels];
    const sign = wide ? 1 : -1; // the adjoint of a pure matrix is its negative transpose
    const ld = rowLength(4 * small);
    other.fill(0, 0, 4 * large * ld);
    for (let j = 0; j < patches; j++) {
      for (let band = 0; band < 3; band++) {
        for (let p = 0; p < pixels; p++) {
          const value = sign * group[j * stride + band * pixels + p];
          const [r, c] = wide ? [p, j] : [j, p];
          for (let block = 0; block < 4; block++) {
            const [to, factor] = LEFT[band][block];
            other[(block * large + c) * ld + to * small + r] = factor * value;
          }
        }
      }
    }
    const told = watch && everyFourth(watch);
    const task = { small: 4 * small, large: 4 * large, stretch: 1, noise, watch: told };
    this.filter({ s: other, out: answer, ...task });
    for (let j = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) {
        const band = (d / pixels) | 0;
        const p = d - band * pixels;
        const [r, c] = wide ? [p, j] : [j, p];
        estimate[j * stride + d] = sign * answer[c * ld + (band + 1) * small + r];
      }
    }
  }

  private solverFor(small: number): EigenSolver {
    if (this.solver?.small !== small) {
      this.solverPart.fill(0);
      const where = { buffer: this.buffer, at: this.solverPart.byteOffset };
      this.solver = { small, solver: new EigenSolver(small, this.kernels, where) };
    }
    return this.solver.solver;
  }

  /** out = S V diag(s'/s) Vᵀ. */
  private filter(task: FilterTask): void {
    const { s, out, small, large, stretch, noise, watch } = task;
    const solver = this.solverFor(small);
    this.gram(s, solver, task);
    solver.solveValues();
    const kept = this.factorsOf(solver.values, { stretch, noise, watch });
    if (kept === 0) {
      out.fill(0, 0, large * solver.ld);
      return;
    }
    solver.solveVectors(kept);
    const { kernels, products, turned, factors } = this;
    const { ld, vectors } = solver;
    const width = 4 * Math.ceil(kept / 4);
    for (let k = 0; k < width; k++) {
      const factor = k < kept ? factors[k] : 0;
      for (let i = 0; i < small; i++) turned[i * width + k] = factor * vectors[k * ld + i];
    }
    const columns = 4 * Math.ceil(small / 4);
    const [x, b, w, v, o] = [s, turned, products, vectors, out].map((part) => part.byteOffset);
    for (let j = 0; j < large; j += 4) {
      const p = w + 8 * j * width;
      const row = 8 * ld;
      const from = x + j * row;
      kernels.product4(p, from, b, row, 8, small, width, 8 * width, 8 * width);
      kernels.product4(o + j * row, p, v, 8 * width, 8, kept, columns, row, row);
    }
  }

  /** SᵀS, whole. */
  private gram(s: Float64Array, { matrix, ld }: EigenSolver, { small, large }: FilterTask): void {
    const { kernels } = this;
    const row = 8 * ld;
    for (let i = 0; i < small; i += 4) {
      const [c, x] = [matrix.byteOffset + i * row, s.byteOffset + 8 * i];
      kernels.product4(c, x, s.byteOffset, 8, row, large, i + 4, row, row);
    }
    for (let i = 0; i < small; i++) {
      for (let k = 0; k < i; k++) matrix[k * ld + i] = matrix[i * ld + k];
    }
  }

  /** s'/s of the largest values into `factors`; how many are not 0. */
  private factorsOf(
    values: Float64Array,
    { stretch, noise, watch }: Pick<FilterTask, 'stretch' | 'noise' | 'watch'>,
  ): number {
    const { factors, rule } = this;
    let kept = 0;
    for (let k = 0; k < values.length; k++) {
      const s = stretch * Math.sqrt(Math.max(values[k], 0));
      const shrunk = s > 0 ? shrinkValue(s, noise, rule) : 0;
      watch?.(s, shrunk);
      factors[k] = s > 0 ? shrunk / s : 0;
      if (factors[k] !== 0) kept = k + 1;
      // What is smaller is thresholded too.
      else if (!watch) break;
    }
    return kept;
  }
}

interface GroupNoise {
  readonly patches: number;
  readonly level: number;
}

interface FilterTask {
  /** [large, rowLength(small)] */
  readonly s: Float64Array;
  readonly out: Float64Array;
  readonly small: number;
  readonly large: number;
  readonly stretch: number;
  readonly noise: GroupNoise;
  readonly watch: Watch | undefined;
}

/** Of left multiplication by i, j, k: block row and sign in each block column. */
const LEFT: readonly (readonly (readonly [number, number])[])[] = [
  [
    [1, 1],
    [0, -1],
    [3, 1],
    [2, -1],
  ],
  [
    [2, 1],
    [3, -1],
    [0, -1],
    [1, 1],
  ],
  [
    [3, 1],
    [2, 1],
    [1, -1],
    [0, -1],
  ],
];

function everyFourth(watch: Watch): Watch {
  let count = 0;
  return (s, shrunk) => {
    if (count++ % 4 === 0) watch(s, shrunk);
  };
}
