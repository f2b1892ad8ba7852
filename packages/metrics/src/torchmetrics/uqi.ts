/** The universal quality index as torchmetrics takes it. */

import { gaussianWindow, innerMean, localMoments } from '../local-filter.js';
import type { PairPlanes } from '../pair-planes.js';

/** Smallest relative step of 32-bit reals: keeps constant windows from dividing by zero. */
const EPSILON = 2 ** -23;

/**
 * Mean of 4 μ_a μ_b σ_ab / ((μ_a² + μ_b²)(σ_a² + σ_b²)) under an 11 x 11 Gaussian of 1.5 pixels, at
 * positions where the window lies in the image; constant windows count as 0.
 */
export function torchUqi(
  a: Float64Array,
  b: Float64Array,
  { size, valid }: Pick<PairPlanes, 'size' | 'valid'>,
): number {
  const window = gaussianWindow(11, 1.5, 'symmetric');
  const { meanA, meanB, varianceA, varianceB, covariance } = localMoments(a, b, { size, window });
  for (let i = 0; i < covariance.length; i++) {
    const p = meanA[i];
    const q = meanB[i];
    const spread = Math.max(0, varianceA[i]) + Math.max(0, varianceB[i]);
    covariance[i] = (4 * p * q * covariance[i]) / ((p * p + q * q) * spread + EPSILON);
  }
  return innerMean(covariance, { size, crop: [5, 5], valid });
}
