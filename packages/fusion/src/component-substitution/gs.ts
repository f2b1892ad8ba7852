/** GS: Gram-Schmidt sharpening with the mean of the bands as low-resolution PAN (Laben, Brower 2000). */

import type { FusionMethod } from '../method.js';
import { addBandMoments, bandMomentSize, readBandMoments } from '../statistics/band-moments.js';
import { intensityOf, weightsOrEqual } from '../statistics/intensity.js';

export interface GramSchmidtParameters {
  /** Matched PAN = gain * PAN + offset. */
  readonly gain: number;
  readonly offset: number;
  /** Injection gain, one a band. */
  readonly gains: readonly number[];
}

/**
 * out_k = exp_k + g_k (P - I), I the weighted mean of the bands (mode 1), P = PAN with mean and
 * deviation of I, g_k = cov(I, exp_k) / var(I).
 */
export const gs: FusionMethod<GramSchmidtParameters> = {
  name: 'gs',
  title: 'Gram-Schmidt, mode 1',
  source: 'Laben, Brower 2000; form of Aiazzi, Baronti, Selva 2007',
  panMargin: () => 0,
  panBorder: 'replicate',
  statistics: {
    size: bandMomentSize,
    add: addBandMoments,
    solve(sums, scene) {
      const { bands, bandWeights } = scene;
      const weights = weightsOrEqual(bands, bandWeights);
      const { mean, covariance } = readBandMoments(sums, scene);
      const shared = new Float64Array(bands);
      let variance = 0;
      let intensity = 0;
      for (let k = 0; k < bands; k++) {
        for (let j = 0; j < bands; j++) {
          shared[k] += covariance[k * (bands + 1) + j] * weights[j];
        }
        variance += weights[k] * shared[k];
        intensity += weights[k] * mean[k];
      }
      const panVariance = covariance[(bands + 1) ** 2 - 1];
      const gain = panVariance > 0 ? Math.sqrt(Math.max(0, variance) / panVariance) : 1;
      return {
        gain,
        offset: intensity - gain * mean[bands],
        gains: Array.from(shared, (value) => (variance > 0 ? value / variance : 1)),
      };
    },
  },
  fuse({ exp, pan }, { bands, bandWeights }, { gain, offset, gains }, out) {
    const pixels = pan.length;
    const detail = intensityOf(exp, weightsOrEqual(bands, bandWeights), pixels);
    for (let p = 0; p < pixels; p++) detail[p] = gain * pan[p] + offset - detail[p];
    for (let k = 0; k < bands; k++) {
      const share = gains[k];
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) out[start + p] = exp[start + p] + share * detail[p];
    }
  },
};
