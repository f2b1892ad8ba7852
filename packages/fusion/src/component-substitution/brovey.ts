/** Brovey: every band is multiplied by PAN, matched to the intensity, over the intensity. */

import type { FusionMethod } from '../method.js';
import { intensityOf, weightsOrEqual } from '../statistics/intensity.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';

export interface BroveyParameters {
  /** Matched PAN = gain * PAN + offset. */
  readonly gain: number;
  readonly offset: number;
}

/**
 * out_k = exp_k * P / I, with I the weighted mean of the bands and P = PAN with mean and
 * deviation of I. The toolbox adds the smallest double to I; here a zero intensity gives 0.
 */
export const brovey: FusionMethod<BroveyParameters> = {
  name: 'brovey',
  title: 'Brovey transform',
  source: 'Gillespie et al. 1987; form of Vivone et al. 2015',
  panMargin: () => 0,
  panBorder: 'replicate',
  statistics: {
    size: () => momentSize(2),
    add({ exp, pan, mask }, { bands, bandWeights }, sums) {
      const intensity = intensityOf(exp, weightsOrEqual(bands, bandWeights), pan.length);
      addColumns(sums, 0, [pan, intensity], mask);
    },
    solve(sums) {
      const { mean, covariance } = readMoments(sums, 0, 2);
      const gain = covariance[0] > 0 ? Math.sqrt(covariance[3] / covariance[0]) : 1;
      return { gain, offset: mean[1] - gain * mean[0] };
    },
  },
  fuse({ exp, pan }, { bands, bandWeights }, { gain, offset }, out) {
    const pixels = pan.length;
    const factor = intensityOf(exp, weightsOrEqual(bands, bandWeights), pixels);
    for (let p = 0; p < pixels; p++) {
      factor[p] = factor[p] === 0 ? 0 : (gain * pan[p] + offset) / factor[p];
    }
    for (let k = 0; k < bands; k++) {
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) out[start + p] = exp[start + p] * factor[p];
    }
  },
};
