/**
 * The blur between PAN and MS, estimated from the images themselves by regularised deconvolution
 * (Vivone et al. 2015, "Pansharpening based on semiblind deconvolution").
 */

import { atrousFilter, fft2, type Raster, toComplex } from '@bandweave/image';
import { solveSymmetric } from '../statistics/least-squares.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';
import { edgeTaper, type TaperFlavour } from './edge-taper.js';

/** Differences along columns by name, row by row; those along rows are the transpose. */
const GRADIENTS = {
  naive2: [[-1, 1]],
  naive3: [[-1, 0, 1]],
  basic: [
    [-1, 1],
    [-1, 1],
  ],
  prewitt: [
    [-1, 0, 1],
    [-1, 0, 1],
    [-1, 0, 1],
  ],
  sobel: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
} as const satisfies Record<string, readonly (readonly number[])[]>;

export type GradientName = keyof typeof GRADIENTS;

export interface FilterEstimation {
  /** Side of the filter. */
  readonly taps: number;
  /** Weight of the filter's own energy. */
  readonly lambda: number;
  /** Weight of its differences. */
  readonly mu: number;
  /** Smaller values of the filter become 0. */
  readonly threshold: number;
  readonly iterations: number;
  readonly gradient: GradientName;
  /** How images are blurred towards their border before they are transformed. */
  readonly taper: TaperFlavour;
}

/** A filter of any shape: applied as a correlation around `centre`. */
export interface EstimatedFilter {
  readonly size: number;
  /** Row and column that stands over the output pixel. */
  readonly centre: number;
  /** [size, size], sums to 1 */
  readonly weights: Float64Array;
}

/**
 * The filter f with f * PAN closest to a weighted sum of the bands and 1, the weights being fitted
 * to PAN as filtered so far (at first by the a-trous low-pass):
 * F = conj(H) I / (|H|² + lambda + mu (|Dx|² + |Dy|²)), a few times over.
 */
export function estimateFilter(
  {
    pan,
    bands,
    ratio,
  }: { pan: Raster<Float64Array>; bands: readonly Float64Array[]; ratio: number },
  { taps, lambda, mu, threshold, iterations, gradient, taper }: FilterEstimation,
): EstimatedFilter {
  const { height, width } = pan;
  const size = { height, width };
  const edge = { side: Math.floor(taps / 2), flavour: taper };
  const penalty = differences(size, gradient);
  let sharp = pan.data;
  let filter: EstimatedFilter | undefined;
  for (let i = 0; i < iterations; i++) {
    const low = filter
      ? correlate(sharp, size, filter)
      : atrousFilter({ bands: 1, height, width, data: sharp }, ratio).data;
    const target = edgeTaper(fitted(bands, low), size, edge);
    sharp = edgeTaper(sharp, size, edge);
    const spectrum = toComplex(sharp);
    const wanted = toComplex(target);
    fft2(spectrum, size);
    fft2(wanted, size);
    for (let p = 0; p < height * width; p++) {
      const { re, im } = spectrum;
      const scale = 1 / (re[p] * re[p] + im[p] * im[p] + lambda + mu * penalty[p]);
      const a = wanted.re[p];
      const b = wanted.im[p];
      wanted.re[p] = (re[p] * a + im[p] * b) * scale;
      wanted.im[p] = (re[p] * b - im[p] * a) * scale;
    }
    fft2(wanted, size, 'inverse');
    filter = cutFilter(wanted.re, size, { taps, threshold });
  }
  if (!filter) throw new RangeError('estimateFilter: expected at least 1 iteration, got none.');
  return filter;
}

/** |Dx|² + |Dy|² of the spectra of the differences. */
function differences(
  { height, width }: { height: number; width: number },
  gradient: GradientName,
): Float64Array {
  const out = new Float64Array(height * width);
  for (const across of [true, false]) {
    const kernel = toComplex(new Float64Array(height * width));
    GRADIENTS[gradient].forEach((line, i) => {
      line.forEach((value, j) => {
        const [y, x] = across ? [i, j] : [j, i];
        if (y < height && x < width) kernel.re[y * width + x] = value;
      });
    });
    fft2(kernel, { height, width });
    for (let p = 0; p < out.length; p++) out[p] += kernel.re[p] ** 2 + kernel.im[p] ** 2;
  }
  return out;
}

/** The least squares of `low` on the bands and 1. */
function fitted(bands: readonly Float64Array[], low: Float64Array): Float64Array {
  const n = bands.length;
  const sums = new Float64Array(momentSize(n + 1));
  addColumns(sums, 0, [...bands, low]);
  const { mean, covariance } = readMoments(sums, 0, n + 1);
  const own = new Float64Array(n * n);
  const shared = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    shared[i] = covariance[i * (n + 1) + n];
    for (let j = 0; j < n; j++) own[i * n + j] = covariance[i * (n + 1) + j];
  }
  const weights = solveSymmetric(own, shared);
  let constant = mean[n];
  for (let k = 0; k < n; k++) constant -= weights[k] * mean[k];
  const out = new Float64Array(low.length).fill(constant);
  for (let k = 0; k < n; k++) {
    for (let p = 0; p < out.length; p++) out[p] += weights[k] * bands[k][p];
  }
  return out;
}

/** The filter around its largest value, the circular shift undone, made to sum to 1. */
function cutFilter(
  response: Float64Array,
  { height, width }: { height: number; width: number },
  { taps, threshold }: { taps: number; threshold: number },
): EstimatedFilter {
  let top = 0;
  let left = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (response[y * width + x] > largest) {
        largest = response[y * width + x];
        top = y;
        left = x;
      }
    }
  }
  const half = Math.floor(taps / 2);
  const weights = new Float64Array(taps * taps);
  let sum = 0;
  for (let y = 0; y < taps; y++) {
    for (let x = 0; x < taps; x++) {
      const row = (((top - half + y) % height) + height) % height;
      const col = (((left - half + x) % width) + width) % width;
      const value = response[row * width + col];
      weights[y * taps + x] = value < threshold ? 0 : value;
      sum += weights[y * taps + x];
    }
  }
  // Flat images say nothing of a filter: then it is the pixel itself.
  const centre = Math.floor((taps - 1) / 2);
  if (!(sum > 0)) {
    weights.fill(0);
    weights[centre * taps + centre] = 1;
    sum = 1;
  }
  for (let i = 0; i < weights.length; i++) weights[i] /= sum;
  return { size: taps, centre, weights };
}

/** Correlation with the border replicated. */
function correlate(
  data: Float64Array,
  { height, width }: { height: number; width: number },
  { size, centre, weights }: EstimatedFilter,
): Float64Array {
  const out = new Float64Array(data.length);
  const line = new Float64Array(width + size);
  for (let t = 0; t < size; t++) {
    for (let y = 0; y < height; y++) {
      const row = Math.min(height - 1, Math.max(0, y + t - centre)) * width;
      for (let x = 0; x < line.length; x++) {
        line[x] = data[row + Math.min(width - 1, Math.max(0, x - centre))];
      }
      for (let s = 0; s < size; s++) {
        const weight = weights[t * size + s];
        if (weight === 0) continue;
        for (let x = 0; x < width; x++) out[y * width + x] += weight * line[x + s];
      }
    }
  }
  return out;
}
