/** Bayes: Bayesian data fusion as Orfeo ToolBox computes it (Fasbender, Radoux, Bogaert 2008). */

import type { FusionMethod } from '../method.js';
import {
  addBandMoments,
  bandMomentSize,
  readBandMoments,
  subMatrix,
} from '../statistics/band-moments.js';
import { intensityOf } from '../statistics/intensity.js';
import { solveSymmetric } from '../statistics/least-squares.js';

/** Orfeo keeps the share of PAN in single precision, which shows in 1 - lambda. */
const LAMBDA = Math.fround(0.9999);
export interface BayesParameters {
  /** PAN is fitted by start + sum slopes[k] exp_k. */
  readonly slopes: readonly number[];
  readonly start: number;
  /** What each band gets of the rest of PAN. */
  readonly gains: readonly number[];
}

/**
 * The mean of the Gaussian that knows both images: PAN = a + b exp + noise of variance s (least
 * squares over the scene), exp with covariance C, PAN weighing lambda = 0.9999:
 * out = V (2 (1 - lambda) C^-1 exp + 2 lambda b (PAN - a) / s),
 * V^-1 = 2 lambda b b' / s + 2 (1 - lambda) C^-1. By the formula of Sherman and Morrison that is
 * out = exp + g (PAN - a - b exp), g = lambda C b / (lambda b' C b + (1 - lambda) s), which inverts
 * nothing and so also serves bands that say the same; so it is computed. Orfeo adds 1e-12 to the
 * diagonal of V^-1, which moves a count by less than 1e-4 of its value.
 */
export const bayes: FusionMethod<BayesParameters> = {
  name: 'bayes',
  title: 'Bayesian data fusion as in Orfeo',
  source: 'Fasbender, Radoux, Bogaert 2008; Orfeo ToolBox 8.1',
  panMargin: () => 0,
  panBorder: 'replicate',
  statistics: {
    size: bandMomentSize,
    add: addBandMoments,
    solve(sums, scene) {
      const { bands } = scene;
      const { count, mean, covariance } = readBandMoments(sums, scene);
      const own = Array.from({ length: bands }, (_, k) => k);
      const spread = subMatrix(covariance, bands + 1, own);
      const slopes = solveSymmetric(spread, subMatrix(covariance, bands + 1, own, [bands]));
      let start = mean[bands];
      let explained = 0;
      const shared = new Float64Array(bands);
      for (let k = 0; k < bands; k++) {
        start -= slopes[k] * mean[k];
        for (let j = 0; j < bands; j++) shared[k] += spread[k * bands + j] * slopes[j];
        explained += slopes[k] * shared[k];
      }
      const left = Math.max(0, covariance[(bands + 1) ** 2 - 1] - explained);
      const noise = (left * Math.max(1, count - 1)) / Math.max(1, count - bands - 1);
      const scale = LAMBDA * explained + (1 - LAMBDA) * noise;
      return {
        slopes: [...slopes],
        start,
        gains: Array.from(shared, (value) => (scale > 0 ? (LAMBDA * value) / scale : 0)),
      };
    },
  },
  fuse({ exp, pan }, { bands }, { slopes, start, gains }, out) {
    const pixels = pan.length;
    const rest = intensityOf(exp, slopes, pixels);
    for (let p = 0; p < pixels; p++) rest[p] = pan[p] - start - rest[p];
    for (let k = 0; k < bands; k++) {
      const gain = gains[k];
      const at = k * pixels;
      for (let p = 0; p < pixels; p++) out[at + p] = exp[at + p] + gain * rest[p];
    }
  },
};
