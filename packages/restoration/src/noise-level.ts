/**
 * The noise level of a picture from itself: of the covariance of its patches, the small eigenvalues
 * are those of the noise alone (Chen, Zhu, Heng 2015).
 */

import { type Raster, symmetricEigen } from '@bandweave/image';

const SIDE = 8;
/** More patches than this are thinned out. */
const MOST = 60_000;

/**
 * Standard deviation of white Gaussian noise, the root of the mean of the bands' variances, in the
 * unit of the samples; 0 for pictures smaller than 16 pixels across.
 *
 * The largest eigenvalues are left out one by one until the mean of the rest is their median.
 */
export function estimateNoise(picture: Raster, bands = picture.bands): number {
  const { height, width } = picture;
  if (height < 2 * SIDE || width < 2 * SIDE) return 0;
  let total = 0;
  for (let band = 0; band < bands; band++) total += bandVariance(picture, band);
  return Math.sqrt(total / bands);
}

function bandVariance({ data, height, width }: Raster, band: number): number {
  const n = SIDE * SIDE;
  const positions = (height - SIDE + 1) * (width - SIDE + 1);
  const stride = Math.max(1, Math.floor(positions / MOST));
  const mean = new Float64Array(n);
  const sums = new Float64Array(n * n);
  const patch = new Float64Array(n);
  const origin = data[band * height * width];
  let count = 0;
  for (let at = 0; at < positions; at += stride, count++) {
    const row = Math.floor(at / (width - SIDE + 1));
    const col = at - row * (width - SIDE + 1);
    for (let i = 0, k = 0; i < SIDE; i++) {
      const from = (band * height + row + i) * width + col;
      // Counted from one sample on, so that large offsets lose no digits.
      for (let j = 0; j < SIDE; j++) patch[k++] = data[from + j] - origin;
    }
    for (let a = 0; a < n; a++) {
      const value = patch[a];
      mean[a] += value;
      for (let b = 0; b <= a; b++) sums[a * n + b] += value * patch[b];
    }
  }
  const covariance = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      const value = sums[a * n + b] / count - (mean[a] / count) * (mean[b] / count);
      covariance[a * n + b] = value;
      covariance[b * n + a] = value;
    }
  }
  const { values } = symmetricEigen(covariance, n);
  let sum = values.reduce((a, b) => a + b, 0);
  for (let first = 0; first < n; first++) {
    const rest = n - first;
    const average = sum / rest;
    const median = (values[first + ((rest - 1) >> 1)] + values[first + (rest >> 1)]) / 2;
    if (average <= median) return Math.max(0, average);
    sum -= values[first];
  }
  return Math.max(0, values[n - 1]);
}
