/** The linear model of BDSD: what each band lacks, as a sum of all bands and PAN. */

import type { FloatSamples } from '@bandweave/image';
import { subMatrix } from '../statistics/band-moments.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import { addColumns, momentSize, rawProducts } from '../statistics/moments.js';
import { nonNegative } from '../statistics/non-negative.js';
import type { ReducedPair } from './reduced-pair.js';

/** Sums of a fit: low-passed bands, low-passed PAN, then bands. */
export const detailSize = (bands: number) => momentSize(2 * bands + 1);

export function addDetail(
  sums: Float64Array,
  offset: number,
  { low, pan, target, mask }: Pick<ReducedPair, 'low' | 'pan' | 'target' | 'mask'>,
): void {
  if (pan.length > 0) addColumns(sums, offset, [...low, pan, ...target], mask);
}

/** The normal equations of a fit, both sides divided by the number of pixels. */
export interface NormalEquations {
  readonly count: number;
  /** [bands + 1, bands + 1] */
  readonly left: Float64Array;
  /** [bands][bands + 1] */
  readonly right: readonly Float64Array[];
}

export function normalEquations(
  sums: Float64Array,
  offset: number,
  bands: number,
): NormalEquations {
  const size = 2 * bands + 1;
  const products = rawProducts(sums, offset, size);
  const inputs = Array.from({ length: bands + 1 }, (_, j) => j);
  const right = Array.from({ length: bands }, (_, k) =>
    Float64Array.from(inputs, (j) => products[j * size + bands + 1 + k] - products[j * size + k]),
  );
  return { count: sums[offset], left: subMatrix(products, size, inputs), right };
}

/** Least squares without bounds: [bands, bands + 1], PAN last. */
export function freeModel({ left, right }: NormalEquations): number[] {
  return right.flatMap((target) => [...solveSymmetric(left, target)]);
}

/** Least squares with PAN's share >= 0 and those of the bands <= 0 (Vivone 2019). */
export function boundedModel({ left, right }: NormalEquations): number[] {
  const size = right[0].length;
  const sign = (j: number) => (j === size - 1 ? 1 : -1);
  const turned = left.map((value, i) => value * sign(Math.floor(i / size)) * sign(i % size));
  return right.flatMap((target) => {
    const found = nonNegative(
      turned,
      target.map((value, j) => value * sign(j)),
    );
    return Array.from(found, (value, j) => value * sign(j) + 0);
  });
}

/** Pixels worked on together, so that all bands of them stay in the cache. */
const CHUNK = 2048;

/** out_k = exp_k + sum_j model[k, j] exp_j + model[k, bands] PAN. */
export function applyModel(
  { exp, pan }: { readonly exp: FloatSamples; readonly pan: FloatSamples },
  model: readonly number[],
  out: FloatSamples,
): void {
  const pixels = pan.length;
  const bands = exp.length / pixels;
  for (let start = 0; start < pixels; start += CHUNK) {
    const end = Math.min(pixels, start + CHUNK);
    for (let k = 0; k < bands; k++) {
      const at = k * (bands + 1);
      const shift = k * pixels;
      const weight = (j: number) => (j < bands ? model[at + j] + (j === k ? 1 : 0) : 0);
      // Four bands a pass: writing the sum costs more than adding to it.
      for (let j = 0; j < bands; j += 4) {
        const [a, b, c, d] = [weight(j), weight(j + 1), weight(j + 2), weight(j + 3)];
        const plane = (i: number) => Math.min(j + i, bands - 1) * pixels;
        const [ia, ib, ic, id] = [plane(0), plane(1), plane(2), plane(3)];
        const share = model[at + bands];
        if (j === 0) {
          for (let p = start; p < end; p++) {
            out[shift + p] =
              share * pan[p] +
              a * exp[ia + p] +
              b * exp[ib + p] +
              c * exp[ic + p] +
              d * exp[id + p];
          }
        } else {
          for (let p = start; p < end; p++) {
            out[shift + p] += a * exp[ia + p] + b * exp[ib + p] + c * exp[ic + p] + d * exp[id + p];
          }
        }
      }
    }
  }
}
