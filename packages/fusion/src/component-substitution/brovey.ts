/** Brovey: every band is multiplied by PAN, matched to the intensity, over the intensity. */

import type { FusionMethod } from '../method.js';
import { intensityOf, weightsOrEqual } from '../statistics/intensity.js';
import { type IntensityMatch, matchIntensity } from '../statistics/intensity-match.js';

/**
 * out_k = exp_k * P / I, with I the weighted mean of the bands and P = PAN with mean and
 * deviation of I. The toolbox adds the smallest double to I; here a zero intensity gives 0.
 */
export const brovey: FusionMethod<IntensityMatch> = {
  name: 'brovey',
  title: 'Brovey transform',
  source: 'Gillespie et al. 1987; form of Vivone et al. 2015',
  panMargin: () => 0,
  panBorder: 'replicate',
  statistics: matchIntensity,
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
