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
  const weights = new Float64Array(model);
  for (let k = 0; k < bands; k++) weights[k * (bands + 1) + k] += 1;
  for (let start = 0; start < pixels; start += CHUNK) {
    const end = Math.min(pixels, start + CHUNK);
    // Two outputs a pass share what is read; the last of an odd number is worked out alone.
    for (let k = 0; k < bands; k += 2) {
      const outputs = [k, Math.min(k + 1, bands - 1)] as const;
      for (let j = 0; j < bands; j += 4) {
        addBands({ exp, pan }, { weights, bands, first: j }, { out, outputs, start, end });
      }
    }
  }
}

/** Four bands' share of two outputs; the first four bring PAN's with them. */
function addBands(
  { exp, pan }: { readonly exp: FloatSamples; readonly pan: FloatSamples },
  { weights, bands, first }: { weights: Float64Array; bands: number; first: number },
  {
    out,
    outputs,
    start,
    end,
  }: { out: FloatSamples; outputs: readonly [number, number]; start: number; end: number },
): void {
  const pixels = pan.length;
  const plane = (i: number) => Math.min(first + i, bands - 1) * pixels;
  const [ia, ib, ic, id] = [plane(0), plane(1), plane(2), plane(3)];
  const [p, q] = outputs.map((k) => k * pixels);
  const share = (k: number, i: number) =>
    first + i < bands ? weights[k * (bands + 1) + first + i] : 0;
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => share(outputs[0], i));
  const [e, f, g, h] = [0, 1, 2, 3].map((i) => share(outputs[1], i));
  const [s, t] = outputs.map((k) => weights[k * (bands + 1) + bands]);
  if (first === 0) {
    for (let x = start; x < end; x++) {
      const u = exp[ia + x];
      const v = exp[ib + x];
      const w = exp[ic + x];
      const z = exp[id + x];
      const sharp = pan[x];
      out[p + x] = s * sharp + a * u + b * v + c * w + d * z;
      out[q + x] = t * sharp + e * u + f * v + g * w + h * z;
    }
  } else {
    for (let x = start; x < end; x++) {
      const u = exp[ia + x];
      const v = exp[ib + x];
      const w = exp[ic + x];
      const z = exp[id + x];
      const more = e * u + f * v + g * w + h * z;
      out[p + x] += a * u + b * v + c * w + d * z;
      if (q !== p) out[q + x] += more;
    }
  }
}
