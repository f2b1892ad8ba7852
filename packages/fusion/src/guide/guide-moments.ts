/** Sums from which follows how well sums of guide bands explain each coarse band. */

import { solveSymmetric } from '@bandweave/image';

/** Of g guide bands and b coarse bands, over the pixels added so far. */
export class GuideMoments {
  readonly guides: number;
  readonly bands: number;
  private count = 0;
  private readonly guideSums: Float64Array;
  private readonly guideProducts: Float64Array;
  private readonly bandSums: Float64Array;
  private readonly bandSquares: Float64Array;
  private readonly crossProducts: Float64Array;

  constructor(guides: number, bands: number) {
    this.guides = guides;
    this.bands = bands;
    this.guideSums = new Float64Array(guides);
    this.guideProducts = new Float64Array(guides * guides);
    this.bandSums = new Float64Array(bands);
    this.bandSquares = new Float64Array(bands);
    this.crossProducts = new Float64Array(bands * guides);
  }

  /** @param pixels indices of the pixels that count, into each plane */
  add(
    guide: readonly ArrayLike<number>[],
    bands: readonly ArrayLike<number>[],
    pixels: Int32Array,
  ): void {
    this.count += pixels.length;
    for (let i = 0; i < this.guides; i++) {
      this.guideSums[i] += total(guide[i], pixels);
      for (let j = 0; j <= i; j++) {
        this.guideProducts[i * this.guides + j] += dot(guide[i], guide[j], pixels);
      }
    }
    for (let k = 0; k < this.bands; k++) {
      this.bandSums[k] += total(bands[k], pixels);
      this.bandSquares[k] += dot(bands[k], bands[k], pixels);
      for (let j = 0; j < this.guides; j++) {
        this.crossProducts[k * this.guides + j] += dot(bands[k], guide[j], pixels);
      }
    }
  }

  get pixels(): number {
    return this.count;
  }

  /** Least squares of band k on the guide bands of that list (all by default). */
  fit(k: number, among: readonly number[] = range(this.guides)): Fit {
    const n = this.count;
    const mean = (sums: Float64Array, i: number) => sums[i] / n;
    const between = (i: number, j: number) =>
      this.guideProducts[Math.max(i, j) * this.guides + Math.min(i, j)] / n -
      mean(this.guideSums, i) * mean(this.guideSums, j);
    const matrix = Float64Array.from(among.flatMap((i) => among.map((j) => between(i, j))));
    const right = Float64Array.from(among, (j) => {
      const product = this.crossProducts[k * this.guides + j] / n;
      return product - mean(this.bandSums, k) * mean(this.guideSums, j);
    });
    const solved = solveSymmetric(matrix, right);
    const weights = new Array<number>(this.guides).fill(0);
    let explained = 0;
    for (const [at, i] of among.entries()) {
      weights[i] = solved[at];
      explained += solved[at] * right[at];
    }
    const variance = this.bandSquares[k] / n - mean(this.bandSums, k) ** 2;
    const offset =
      mean(this.bandSums, k) - weights.reduce((sum, w, i) => sum + w * mean(this.guideSums, i), 0);
    const share = variance > 0 ? Math.min(1, Math.max(0, explained / variance)) : 0;
    return { weights, offset, correlation: Math.sqrt(share) };
  }
}

export interface Fit {
  readonly weights: readonly number[];
  readonly offset: number;
  /** Of the fitted sum with the band: 0 to 1. */
  readonly correlation: number;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function total(values: ArrayLike<number>, pixels: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += values[pixels[i]];
  return sum;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, pixels: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += a[pixels[i]] * b[pixels[i]];
  return sum;
}
