/** SSIM and its contrast term under any window, by band. */

import { innerMean, type LocalWindow, localMoments } from './local-filter.js';
import { bandMean, type PairPlanes } from './pair-planes.js';

const K1 = 0.01;
const K2 = 0.03;

export interface WindowSsimOptions {
  readonly window: LocalWindow;
  readonly peak: number;
  /** `inside`: only windows that lie wholly in the image; `all`: every pixel, by the border rule. */
  readonly positions: 'inside' | 'all';
}

export interface WindowSsim {
  readonly ssim: number;
  /** (2 σ_ab + C2) / (σ_a² + σ_b² + C2) */
  readonly contrast: number;
}

/** Means over positions and bands. */
export function windowSsim(
  pair: PairPlanes,
  { window, peak, positions }: WindowSsimOptions,
): WindowSsim {
  const { size, valid } = pair;
  const { weights, before } = window;
  // An image smaller than the window is taken whole, zeros around it.
  const fits = Math.min(size.height, size.width) >= weights.length;
  const crop =
    positions === 'inside' && fits
      ? ([before, weights.length - 1 - before] as const)
      : ([0, 0] as const);
  const c1 = (K1 * peak) ** 2;
  const c2 = (K2 * peak) ** 2;
  let contrast = 0;
  const ssim = bandMean(pair, (a, b) => {
    const { meanA, meanB, varianceA, varianceB, covariance } = localMoments(a, b, { size, window });
    const terms = covariance.map((c, i) => (2 * c + c2) / (varianceA[i] + varianceB[i] + c2));
    contrast += innerMean(terms, { size, crop, valid });
    for (let i = 0; i < terms.length; i++) {
      const p = meanA[i];
      const q = meanB[i];
      terms[i] *= (2 * p * q + c1) / (p * p + q * q + c1);
    }
    return innerMean(terms, { size, crop, valid });
  });
  return { ssim, contrast: contrast / pair.reference.length };
}
