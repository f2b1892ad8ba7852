/** Weighted means around every pixel under a separable window, and the moments made of them. */

import { type Border, borderIndex, type Samples } from '@bandweave/image';
import type { Size } from './local-correlation.js';

export interface LocalWindow {
  /** Weights along one axis, the same on both. */
  readonly weights: Float64Array;
  /** Samples of the window that stand before its pixel: half of them, rounded down, as in SciPy. */
  readonly before: number;
  /** `mirror` does not repeat the outermost sample. */
  readonly border: Border | 'mirror' | 'zero';
}

/** `side` equal weights. */
export function boxWindow(side: number, border: LocalWindow['border']): LocalWindow {
  const weights = new Float64Array(side).fill(1 / side);
  return { weights, before: side >> 1, border };
}

/** An odd Gaussian of unit sum. */
export function gaussianWindow(
  side: number,
  sigma: number,
  border: LocalWindow['border'],
): LocalWindow {
  const half = (side - 1) / 2;
  const raw = Float64Array.from({ length: side }, (_, i) =>
    Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)),
  );
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return { weights: raw.map((weight) => weight / sum), before: half, border };
}

/** [height, width]: the window's mean around every pixel. */
export function localMeans(
  plane: Samples,
  { height, width }: Size,
  { weights, before, border }: LocalWindow,
): Float64Array {
  const side = weights.length;
  const across = new Float64Array(height * width);
  const cols = outside(width, { side, before, border });
  const line = new Float64Array(width + side - 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let i = 0; i < line.length; i++) line[i] = cols[i] < 0 ? 0 : plane[row + cols[i]];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let t = 0; t < side; t++) sum += weights[t] * line[x + t];
      across[row + x] = sum;
    }
  }
  const rows = outside(height, { side, before, border });
  const out = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    const target = y * width;
    for (let t = 0; t < side; t++) {
      if (rows[y + t] < 0) continue;
      const from = rows[y + t] * width;
      const w = weights[t];
      for (let x = 0; x < width; x++) out[target + x] += w * across[from + x];
    }
  }
  return out;
}

/** Which sample stands at each place of a padded line; -1 for none. */
function outside(
  size: number,
  { side, before, border }: { side: number; before: number; border: LocalWindow['border'] },
): Int32Array {
  return Int32Array.from({ length: size + side - 1 }, (_, i) => {
    const at = i - before;
    if (border === 'zero') return at < 0 || at >= size ? -1 : at;
    if (border === 'mirror') return mirrored(at, size);
    return borderIndex(at, size, border);
  });
}

function mirrored(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * size - 2;
  const folded = ((at % period) + period) % period;
  return folded < size ? folded : period - folded;
}

/** Means, variances and covariance around every pixel, [height, width] each. */
export interface LocalMoments {
  readonly meanA: Float64Array;
  readonly meanB: Float64Array;
  readonly varianceA: Float64Array;
  readonly varianceB: Float64Array;
  readonly covariance: Float64Array;
}

export function localMoments(
  a: Samples,
  b: Samples,
  { size, window }: { readonly size: Size; readonly window: LocalWindow },
): LocalMoments {
  const count = size.height * size.width;
  const product = new Float64Array(count);
  const means = (x: Samples, y: Samples) => {
    for (let i = 0; i < count; i++) product[i] = x[i] * y[i];
    return localMeans(product, size, window);
  };
  const meanA = localMeans(a, size, window);
  const meanB = localMeans(b, size, window);
  const varianceA = means(a, a);
  const varianceB = means(b, b);
  const covariance = means(a, b);
  for (let i = 0; i < count; i++) {
    varianceA[i] -= meanA[i] * meanA[i];
    varianceB[i] -= meanB[i] * meanB[i];
    covariance[i] -= meanA[i] * meanB[i];
  }
  return { meanA, meanB, varianceA, varianceB, covariance };
}

export interface InnerMeanOptions {
  readonly size: Size;
  /** Rows and columns left out at the beginning and at the end. */
  readonly crop: readonly [before: number, after: number];
  readonly valid?: Uint8Array | undefined;
}

/** Mean of a map over its valid pixels without a border; NaN where none is left. */
export function innerMean(
  map: Float64Array,
  { size: { height, width }, crop: [before, after], valid }: InnerMeanOptions,
): number {
  let sum = 0;
  let count = 0;
  for (let y = before; y < height - after; y++) {
    for (let x = before; x < width - after; x++) {
      const at = y * width + x;
      if (valid !== undefined && valid[at] === 0) continue;
      sum += map[at];
      count++;
    }
  }
  return sum / count;
}
