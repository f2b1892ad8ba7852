/** IHS: PAN takes the place of the intensity, the same difference added to every band. */

import type { FusionMethod } from '../method.js';
import { intensityOf, weightsOrEqual } from '../statistics/intensity.js';
import { type IntensityMatch, matchIntensity } from '../statistics/intensity-match.js';

/**
 * Generalised (fast) IHS for any number of bands: out_k = exp_k + P - I, I the weighted mean of the
 * bands and P = PAN with mean and deviation of I.
 */
export const ihs: FusionMethod<IntensityMatch> = {
  name: 'ihs',
  title: 'Generalised intensity-hue-saturation',
  source: 'Tu, Su, Shyu, Huang 2001',
  panMargin: () => 0,
  panBorder: 'replicate',
  statistics: matchIntensity,
  fuse({ exp, pan }, { bands, bandWeights }, { gain, offset }, out) {
    const pixels = pan.length;
    const detail = intensityOf(exp, weightsOrEqual(bands, bandWeights), pixels);
    for (let p = 0; p < pixels; p++) detail[p] = gain * pan[p] + offset - detail[p];
    for (let k = 0; k < bands; k++) {
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) out[start + p] = exp[start + p] + detail[p];
    }
  },
};
