/** The ideal low-pass as a super-resolver: the baseline of the low-pass evaluation (Wu et al. 2024). */

import type { Raster } from '@bandweave/image';
import { correlateValid, padReflected, zeroInterpolate } from './linear-part.js';

export interface LowPassOptions {
  readonly scale: number;
  /** Cut-off: half-periods of the sinc from the middle of the kernel to its edge. */
  readonly omega: number;
  /** Bands whose largest value is below this keep the filter's own range; 0.01 by default. */
  readonly darkest?: number;
}

/**
 * The separable sinc as large as the image, in float32 as published: K[r, c] = S(t(r)) S(u(c)),
 * S(t) = sin(|pi t omega| + e) / (|pi t omega| + e), e = 1e-9; rows follow the image's width and
 * columns its height.
 */
export function sincKernel(
  { height, width }: { readonly height: number; readonly width: number },
  { scale, omega }: LowPassOptions,
): Raster<Float32Array> {
  const rows = 2 * Math.floor(width / 2) * scale + 1;
  const cols = 2 * Math.floor(height / 2) * scale + 1;
  const down = profile(rows, omega);
  const across = profile(cols, omega);
  const data = new Float32Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) data[r * cols + c] = down[r] * across[c];
  }
  return { bands: 1, height: rows, width: cols, data };
}

function profile(length: number, omega: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const t = length === 1 ? -1 : -1 + (2 * i) / (length - 1);
    const angle = Math.abs(Math.PI * t * omega) + 1e-9;
    return Math.sin(angle) / angle;
  });
}

/**
 * The image with zeros between its samples, filtered by `sincKernel`, each band then stretched to
 * the least and largest value of the input's.
 *
 * @returns [bands, s h, s w] where h and w are even, else a little different
 */
export function lowPassSuperResolve(image: Raster, options: LowPassOptions): Raster<Float64Array> {
  const { scale, darkest = 0.01 } = options;
  const kernel = sincKernel(image, options);
  // The published padding is exchanged like the kernel, so that sizes come out right.
  const spread = zeroInterpolate(
    padReflected(image, {
      vertical: Math.floor(image.width / 2),
      horizontal: Math.floor(image.height / 2),
    }),
    scale,
  );
  const size = spread.height * spread.width;
  const own = image.height * image.width;
  const bands: Float64Array[] = [];
  let height = 0;
  let width = 0;
  for (let k = 0; k < image.bands; k++) {
    const data = spread.data.subarray(k * size, (k + 1) * size);
    const filtered = correlateValid({ ...spread, bands: 1, data }, kernel);
    ({ height, width } = filtered);
    const input = image.data.subarray(k * own, (k + 1) * own);
    bands.push(stretch(filtered.data, input, darkest));
  }
  const data = new Float64Array(image.bands * height * width);
  bands.forEach((band, k) => {
    data.set(band, k * height * width);
  });
  return { bands: image.bands, height, width, data };
}

function stretch(filtered: Float64Array, input: ArrayLike<number>, darkest: number): Float64Array {
  const [low, high] = range(input);
  if (high < darkest) return filtered;
  const [from, to] = range(filtered);
  const factor = to > from ? (high - low) / (to - from) : 0;
  return filtered.map((value) => (value - from) * factor + low);
}

function range(values: ArrayLike<number>): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}
