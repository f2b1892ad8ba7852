/**
 * One group of similar patches, shrunk in single precision: what `GroupShrinker` does, with the
 * time spent on the singular values that stay. The mean rides along as one vector more.
 */

import type { GroupMode, GroupShape } from '../patches/group-shrinker.js';
import type { ShrinkRule } from '../shrink/shrink-values.js';
import { type Arrays, floats, type SingleKernels } from '../wasm/single/single.js';
import { makeCut } from './cut.js';
import { eigenPieces, SingleEigen, singleRow } from './eigen.js';
import { shrinkFast } from './factor.js';

const four = (n: number) => 4 * Math.ceil(n / 4);

/** Numbers in a row of a group. */
export function groupRow({ pixels, bands }: GroupShape): number {
  return four(pixels * bands);
}

/** Pieces of memory for groups of one shape. */
export function shrinkerPieces(shape: GroupShape) {
  const { pixels, bands, patches } = shape;
  const dims = pixels * bands;
  const small = Math.min(dims, patches);
  const stride = groupRow(shape);
  const rows = four(patches);
  const width = four(small + 1);
  return {
    ...eigenPieces(small),
    /** [patches, groupRow]: filled by the caller; loses its mean. */
    group: floats(rows * stride + 8),
    /** [patches, groupRow]: the answer. */
    estimate: floats(rows * stride + 8),
    /** The sum over the patches, filled by the caller. */
    mean: floats(stride + 4),
    /** [dims, singleRow(patches)]: the group turned, where it has fewer patches than samples. */
    other: floats(dims * singleRow(small)),
    /** [large, kept + 1] */
    scores: floats(Math.max(rows, four(small)) * width),
    /** [small, kept + 1]: vectors in columns, times their factors. */
    turned: floats(four(small) * width),
    /** [kept + 1, groupRow] */
    patterns: floats(width * stride),
  };
}

export class SingleShrinker {
  readonly stride: number;
  private readonly dims: number;
  private readonly eigen: SingleEigen;
  private readonly cut: ReturnType<typeof makeCut>;
  private readonly factors: Float64Array;
  private readonly stretch: number;

  constructor(
    private readonly kernels: SingleKernels,
    private readonly arrays: Arrays<ReturnType<typeof shrinkerPieces>>,
    { shape, mode, rule }: ShrinkerOptions,
  ) {
    this.dims = shape.pixels * shape.bands;
    this.stride = groupRow(shape);
    this.eigen = new SingleEigen(kernels, arrays);
    this.cut = makeCut(rule);
    this.rule = rule;
    this.factors = new Float64Array(Math.min(this.dims, shape.patches));
    this.stretch = mode === 'released' ? Math.SQRT2 : 1;
  }

  private readonly rule: ShrinkRule;

  /**
   * `estimate` from the first `patches` rows of `group` and their sum in `mean`.
   *
   * @param level noise level m of the group
   */
  shrink(patches: number, level: number): void {
    const { kernels, arrays, stride, dims } = this;
    const { group, estimate, mean } = arrays;
    if (!(level > 1e-6)) {
      estimate.set(group.subarray(0, patches * stride));
      return;
    }
    for (let d = 0; d < dims; d++) mean[d] /= patches;
    kernels.center(group.byteOffset, 4 * stride, mean.byteOffset, patches, 4 * stride);
    if (dims <= patches) this.wide(patches, level);
    else this.tall(patches, level);
  }

  /** More patches than samples in one: vectors over the samples. */
  private wide(patches: number, level: number): void {
    const { kernels, arrays, stride, dims } = this;
    const { group, matrix, vectors, turned, scores, estimate, mean } = arrays;
    const row = 4 * singleRow(dims);
    const across = 4 * stride;
    for (let i = 0; i < dims; i += 4) {
      const [c, x] = [matrix.byteOffset + i * row, group.byteOffset + 4 * i];
      kernels.product(c, x, group.byteOffset, 4, across, patches, i + 4, across, row);
    }
    const kept = this.solve(dims, { patches, level });
    const ld = singleRow(dims);
    const width = four(kept + 1);
    const { factors } = this;
    for (let i = 0, to = 0; i < dims; i++) {
      for (let k = 0; k < kept; k++) turned[to++] = factors[k] * vectors[k * ld + i];
      for (let k = kept; k < width; k++) turned[to++] = 0;
    }
    for (let d = 0; d < stride; d++) vectors[kept * ld + d] = mean[d];
    const [s, t] = [scores.byteOffset, 4 * width];
    for (let j = 0; j < patches; j += 4) {
      const to = s + j * t;
      const from = group.byteOffset + j * across;
      kernels.product(to, from, turned.byteOffset, across, 4, dims, width, t, t);
    }
    for (let j = 0; j < patches; j++) scores[j * width + kept] = 1;
    for (let j = 0; j < patches; j += 4) {
      const to = estimate.byteOffset + j * across;
      kernels.product(to, s + j * t, vectors.byteOffset, t, 4, kept + 1, stride, row, across);
    }
  }

  /** Fewer patches than samples: vectors over the patches. */
  private tall(patches: number, level: number): void {
    const { kernels, arrays, stride, dims } = this;
    const { group, other, matrix, vectors, turned, patterns, estimate, mean } = arrays;
    const ld = singleRow(patches);
    const row = 4 * ld;
    const across = 4 * stride;
    for (let d = 0; d < dims; d++) {
      for (let j = 0; j < patches; j++) other[d * ld + j] = group[j * stride + d];
      for (let j = patches; j < ld; j++) other[d * ld + j] = 0;
    }
    for (let i = 0; i < patches; i += 4) {
      const [c, x] = [matrix.byteOffset + i * row, group.byteOffset + i * across];
      kernels.product(c, x, other.byteOffset, across, 4, dims, i + 4, row, row);
    }
    const kept = this.solve(patches, { patches, level });
    const width = four(kept + 1);
    for (let k = 0; k < kept; k += 4) {
      const [c, x] = [patterns.byteOffset + k * across, vectors.byteOffset + k * row];
      kernels.product(c, x, group.byteOffset, row, 4, patches, stride, across, across);
    }
    for (let d = 0; d < stride; d++) patterns[kept * stride + d] = mean[d];
    for (let j = 0; j < patches; j++) {
      for (let k = 0; k < kept; k++) turned[j * width + k] = this.factors[k] * vectors[k * ld + j];
      turned[j * width + kept] = 1;
    }
    const t = 4 * width;
    for (let j = 0; j < patches; j += 4) {
      const [to, x] = [estimate.byteOffset + j * across, turned.byteOffset + j * t];
      kernels.product(to, x, patterns.byteOffset, t, 4, kept + 1, stride, across, across);
    }
  }

  /** Fills `factors` with s'/s; how many are not 0. */
  private solve(
    small: number,
    noise: { readonly patches: number; readonly level: number },
  ): number {
    const { kernels, arrays, factors, stretch, rule } = this;
    kernels.mirror(arrays.matrix.byteOffset, small, 4 * singleRow(small));
    const count = this.eigen.solve(small, (this.cut(noise) / stretch) ** 2);
    let kept = 0;
    for (; kept < count; kept++) {
      const s = stretch * Math.sqrt(Math.max(arrays.values[kept], 0));
      const shrunk = s > 0 ? shrinkFast(s, noise, rule) : 0;
      if (shrunk === 0) break;
      factors[kept] = shrunk / s;
    }
    return kept;
  }
}

export interface ShrinkerOptions {
  readonly shape: GroupShape;
  readonly mode: Exclude<GroupMode, 'quaternion'>;
  readonly rule: ShrinkRule;
}
