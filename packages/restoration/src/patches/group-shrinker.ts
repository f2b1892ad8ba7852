/**
 * One group of similar patches, shrunk: mean taken off, singular values thresholded, mean put back.
 * The decomposition is that of the smaller Gram matrix, AAᵀ = U diag(s²) Uᵀ, so that the answer
 * U diag(s'/s) Uᵀ A needs no right vectors (economy size).
 */

import { type ShrinkRule, shrinkValue } from '../shrink/shrink-values.js';
import { decompose, type EigenWork, eigenWork } from './tridiagonal.js';

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

/** Thresholds groups of one shape; holds the memory for it. */
export class GroupShrinker {
  /** [patches, bands, pixels]: filled by the caller, replaced by the estimate. */
  readonly group: Float64Array;
  private readonly dims: number;
  private readonly mean: Float64Array;
  /** [small, large] of the stacked matrix, and the answer. */
  private readonly a: Float64Array;
  private readonly answer: Float64Array;
  private readonly scaled: Float64Array;
  private readonly works = new Map<number, EigenWork>();

  constructor(
    private readonly shape: GroupShape,
    private readonly mode: GroupMode,
    private readonly rule: ShrinkRule,
  ) {
    const { pixels, bands, patches } = shape;
    this.dims = pixels * bands;
    this.group = new Float64Array(patches * this.dims);
    this.mean = new Float64Array(this.dims);
    const stack = mode === 'quaternion' ? 16 : 1;
    this.a = new Float64Array(stack * pixels * bands * patches);
    this.answer = new Float64Array(this.a.length);
    const most = (mode === 'quaternion' ? 4 : 1) * Math.max(this.dims, patches);
    this.scaled = new Float64Array(most);
  }

  /**
   * Replaces the first `patches` patches of `group` by their estimate.
   *
   * @param level noise level m of the group
   * @returns the singular values before and after, where `watch` asks for them
   */
  shrink(patches: number, level: number, watch?: (s: number, shrunk: number) => void): void {
    this.center(patches);
    if (this.mode === 'quaternion') this.shrinkQuaternion(patches, level, watch);
    else this.shrinkReal(patches, level, watch);
    const { group, mean, dims } = this;
    for (let j = 0, at = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++, at++) group[at] += mean[d];
    }
  }

  private center(patches: number): void {
    const { group, mean, dims } = this;
    mean.fill(0);
    for (let j = 0, at = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++, at++) mean[d] += group[at];
    }
    for (let d = 0; d < dims; d++) mean[d] /= patches;
    for (let j = 0, at = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++, at++) group[at] -= mean[d];
    }
  }

  private shrinkReal(
    patches: number,
    level: number,
    watch?: (s: number, shrunk: number) => void,
  ): void {
    const { group, dims, a, answer } = this;
    const stretch = this.mode === 'released' ? Math.SQRT2 : 1;
    if (patches <= dims) {
      // Rows are patches already.
      const size = { small: patches, large: dims };
      this.filter(group, group, { ...size, rows: patches, stretch, patches, level, watch });
      return;
    }
    for (let j = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) a[d * patches + j] = group[j * dims + d];
    }
    const size = { small: dims, large: patches };
    this.filter(a, answer, { ...size, rows: dims, stretch, patches, level, watch });
    for (let j = 0; j < patches; j++) {
      for (let d = 0; d < dims; d++) group[j * dims + d] = answer[d * patches + j];
    }
  }

  /**
   * The real representation of the quaternion matrix: its Gram matrix has each squared value four
   * times, and the first block column of the answer is the answer.
   */
  private shrinkQuaternion(
    patches: number,
    level: number,
    watch?: (s: number, shrunk: number) => void,
  ): void {
    const { group, dims, a, answer } = this;
    const { pixels } = this.shape;
    const wide = patches >= pixels;
    const [small, large] = wide ? [pixels, patches] : [patches, pixels];
    const sign = wide ? 1 : -1; // the adjoint of a pure matrix is its negative transpose
    a.fill(0);
    for (let j = 0; j < patches; j++) {
      for (let band = 0; band < 3; band++) {
        for (let p = 0; p < pixels; p++) {
          const value = sign * group[j * dims + band * pixels + p];
          const [r, c] = wide ? [p, j] : [j, p];
          for (let block = 0; block < 4; block++) {
            const [to, factor] = LEFT[band][block];
            a[(to * small + r) * 4 * large + block * large + c] = factor * value;
          }
        }
      }
    }
    const size = { small: 4 * small, large: 4 * large };
    const told = watch && everyFourth(watch);
    this.filter(a, answer, { ...size, rows: 4 * small, stretch: 1, patches, level, watch: told });
    for (let j = 0; j < patches; j++) {
      for (let band = 0; band < 3; band++) {
        for (let p = 0; p < pixels; p++) {
          const [r, c] = wide ? [p, j] : [j, p];
          group[j * dims + band * pixels + p] =
            sign * answer[((band + 1) * small + r) * 4 * large + c];
        }
      }
    }
  }

  /** out = U diag(s'/s) Uᵀ a. */
  private filter(a: Float64Array, out: Float64Array, task: FilterTask): void {
    const { small, large, stretch, patches, level, watch } = task;
    let work = this.works.get(small);
    if (!work) {
      work = eigenWork(small);
      this.works.set(small, work);
    }
    gram(a, work.matrix, { small, large });
    decompose(work);
    const { values, vectors } = work;
    const { scaled } = this;
    let kept = 0;
    const order = watch ? descending(values) : undefined;
    for (let i = 0; i < small; i++) {
      const k = order ? order[i] : i;
      const s = stretch * Math.sqrt(Math.max(values[k], 0));
      const shrunk = s > 0 ? shrinkValue(s, { patches, level }, this.rule) : 0;
      watch?.(s, shrunk);
      scaled[k] = s > 0 ? shrunk / s : 0;
      if (scaled[k] !== 0) kept++;
    }
    project(a, out, { small, large, vectors, scaled, kept });
  }
}

interface FilterTask {
  readonly small: number;
  readonly large: number;
  readonly rows: number;
  readonly stretch: number;
  readonly patches: number;
  readonly level: number;
  readonly watch: ((s: number, shrunk: number) => void) | undefined;
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

function everyFourth(watch: (s: number, shrunk: number) => void) {
  let count = 0;
  return (s: number, shrunk: number) => {
    if (count++ % 4 === 0) watch(s, shrunk);
  };
}

function descending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((i, k) => values[k] - values[i]);
}

/** The lower triangle of a aᵀ. */
function gram(
  a: Float64Array,
  out: Float64Array,
  { small, large }: { readonly small: number; readonly large: number },
): void {
  for (let i = 0; i < small; i++) {
    for (let k = 0; k <= i; k++) {
      let sum = 0;
      for (let t = 0, p = i * large, q = k * large; t < large; t++, p++, q++) sum += a[p] * a[q];
      out[i * small + k] = sum;
    }
  }
}

interface Projection {
  readonly small: number;
  readonly large: number;
  readonly vectors: Float64Array;
  readonly scaled: Float64Array;
  readonly kept: number;
}

/** out = Σ_k scaled_k u_k (u_kᵀ a); may be done in place, since the products are taken first. */
function project(a: Float64Array, out: Float64Array, task: Projection): void {
  const { small, large, vectors, scaled, kept } = task;
  const products = new Float64Array(kept * large);
  for (let k = 0, row = 0; k < small; k++) {
    if (scaled[k] === 0) continue;
    for (let i = 0; i < small; i++) {
      const factor = scaled[k] * vectors[k * small + i];
      for (let t = 0; t < large; t++) products[row + t] += factor * a[i * large + t];
    }
    row += large;
  }
  out.fill(0, 0, small * large);
  for (let k = 0, row = 0; k < small; k++) {
    if (scaled[k] === 0) continue;
    for (let i = 0; i < small; i++) {
      const factor = vectors[k * small + i];
      for (let t = 0; t < large; t++) out[i * large + t] += factor * products[row + t];
    }
    row += large;
  }
}
