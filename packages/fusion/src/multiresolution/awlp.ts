/** AWLP: additive wavelet luminance proportional (Otazu et al. 2005), in two versions. */

import { atrousLowPass, atrousMargin } from '../low-pass/atrous-full.js';
import { bicubicMargin, bicubicPan } from '../low-pass/bicubic-pan.js';
import type { FusionMethod, FusionWindow, Scene, Statistics } from '../method.js';
import { intensityOf, weightsOrEqual } from '../statistics/intensity.js';
import { type Matching, matchPan, modulationFloor } from '../statistics/matching.js';

export interface ProportionalParameters extends Matching {
  /** Smallest intensity that detail is divided by. */
  readonly darkest: number;
}

/**
 * out_k = exp_k + g_k (PAN - L PAN) exp_k / I, I the mean of the bands, L the B3-spline low-pass;
 * g_k = std(exp_k) / std(PAN at the scale of MS), by bicubic shrinking and enlarging. Where I is
 * less than a tenth of its mean, that stands for it; as released, nothing does.
 */
export const awlp: FusionMethod<ProportionalParameters> = {
  name: 'awlp',
  title: 'Additive wavelet luminance proportional',
  source: 'Otazu et al. 2005; matching of Alparone, Garzelli, Vivone 2017',
  panMargin: (scene) => Math.max(atrousMargin(scene), bicubicMargin(scene)),
  panBorder: 'symmetric',
  statistics: proportional(matchPan(bicubicPan)),
  fuse: fuseProportional,
};

/** AWLP of toolbox 1.3: g_k = std(exp_k) / std(PAN). */
export const awlpV13: FusionMethod<ProportionalParameters> = {
  name: 'awlp-v13',
  title: 'AWLP as in toolbox 1.3',
  source: 'Otazu et al. 2005; form of Vivone et al. 2015',
  panMargin: atrousMargin,
  panBorder: 'replicate',
  statistics: proportional(matchPan()),
  fuse: fuseProportional,
};

function proportional(matching: Statistics<Matching>): Statistics<ProportionalParameters> {
  return {
    ...matching,
    solve(sums, scene) {
      const weights = weightsOrEqual(scene.bands, scene.bandWeights);
      let mean = 0;
      for (let k = 0; k < scene.bands; k++) {
        mean += (weights[k] * sums[4 + 2 * k]) / Math.max(1, sums[0]);
      }
      return { ...matching.solve(sums, scene), darkest: modulationFloor(mean, scene.mode) };
    },
  };
}

function fuseProportional(
  window: FusionWindow,
  scene: Scene,
  { gains, darkest }: ProportionalParameters,
  out: FusionWindow['exp'],
): void {
  const { exp, pan } = window;
  const pixels = pan.length;
  const detail = atrousLowPass(window, scene);
  const intensity = intensityOf(exp, weightsOrEqual(scene.bands, scene.bandWeights), pixels);
  for (let p = 0; p < pixels; p++) {
    const base = intensity[p] > darkest ? intensity[p] + Number.EPSILON : darkest;
    detail[p] = (pan[p] - detail[p]) / base;
  }
  for (let k = 0; k < scene.bands; k++) {
    const start = k * pixels;
    const gain = gains[k];
    for (let p = 0; p < pixels; p++) {
      const value = exp[start + p];
      out[start + p] = value + gain * detail[p] * value;
    }
  }
}
