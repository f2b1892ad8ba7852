/**
 * Local correlation of two bands in the convention of the full-resolution evaluation tool of
 * Scarpa and Ciotola (2022): each pixel loses the mean of its own window, then products are summed
 * over windows.
 */

import type { Samples } from '@bandweave/image';

export interface Size {
  readonly height: number;
  readonly width: number;
}

export interface LocalCorrelationOptions extends Size {
  /** Windows reach from -halfWidth + 1 to +halfWidth: their side is 2*halfWidth. */
  readonly halfWidth: number;
  /** Pixels that are 0 here count as outside. */
  readonly valid?: Uint8Array | undefined;
}

/** Keeps windows without detail from dividing by zero. */
const TINY = 1e-20;

/**
 * [height, width]: correlation of a and b around every pixel; zeros stand outside the image, and
 * means are divided by the whole window's size there too. NaN at invalid pixels.
 */
export function localCorrelation(
  a: Samples,
  b: Samples,
  options: LocalCorrelationOptions,
): Float64Array {
  const { height, width, halfWidth, valid } = options;
  const size = height * width;
  const x = removeLocalMean(a, options);
  const y = removeLocalMean(b, options);
  const product = new Float64Array(size);
  for (let i = 0; i < size; i++) product[i] = x[i] * y[i];
  const cross = windowSums(product, { height, width }, halfWidth);
  for (let i = 0; i < size; i++) product[i] = x[i] * x[i];
  const squaresX = windowSums(product, { height, width }, halfWidth);
  for (let i = 0; i < size; i++) product[i] = y[i] * y[i];
  const squaresY = windowSums(product, { height, width }, halfWidth);
  for (let i = 0; i < size; i++) {
    cross[i] /= Math.sqrt(squaresX[i]) * Math.sqrt(squaresY[i]) + TINY;
    if (valid !== undefined && valid[i] === 0) cross[i] = Number.NaN;
  }
  return cross;
}

/** Mean of the local correlation over valid pixels. */
export function meanLocalCorrelation(
  a: Samples,
  b: Samples,
  options: LocalCorrelationOptions,
): number {
  let sum = 0;
  let count = 0;
  for (const value of localCorrelation(a, b, options)) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

function removeLocalMean(
  plane: Samples,
  { height, width, halfWidth, valid }: LocalCorrelationOptions,
): Float64Array {
  const known = Float64Array.from(plane);
  if (valid !== undefined) for (let i = 0; i < known.length; i++) if (valid[i] === 0) known[i] = 0;
  const sums = windowSums(known, { height, width }, halfWidth);
  const area = 4 * halfWidth * halfWidth;
  for (let i = 0; i < known.length; i++) {
    known[i] = valid !== undefined && valid[i] === 0 ? 0 : known[i] - sums[i] / area;
  }
  return known;
}

/** Sums over rows and columns -halfWidth + 1 .. halfWidth around every pixel, zeros outside. */
function windowSums(plane: Float64Array, { height, width }: Size, halfWidth: number): Float64Array {
  const across = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const from = Math.max(0, x - halfWidth + 1);
      const to = Math.min(width - 1, x + halfWidth);
      let sum = 0;
      for (let at = from; at <= to; at++) sum += plane[row + at];
      across[row + x] = sum;
    }
  }
  const out = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = Math.max(0, y - halfWidth + 1);
    const to = Math.min(height - 1, y + halfWidth);
    for (let at = from; at <= to; at++) {
      for (let x = 0; x < width; x++) out[y * width + x] += across[at * width + x];
    }
  }
  return out;
}
