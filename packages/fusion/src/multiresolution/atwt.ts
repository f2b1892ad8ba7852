/** ATWT: additive injection of the planes of an undecimated wavelet transform (Nunez et al. 1999). */

import { atrousLowPass, atrousMargin } from '../low-pass/atrous-full.js';
import type { FusionMethod } from '../method.js';
import { type Matching, matchPan } from '../statistics/matching.js';
import { inject } from './inject.js';
import { bandOf } from './modulate.js';

/** out_k = exp_k + g_k (PAN - L PAN), L the B3-spline low-pass, g_k = std(exp_k) / std(PAN). */
export const atwt: FusionMethod<Matching> = {
  name: 'atwt',
  title: 'À-trous wavelet, additive',
  source: 'Nunez et al. 1999; form of Vivone et al. 2015',
  panMargin: atrousMargin,
  panBorder: 'replicate',
  statistics: matchPan(),
  fuse(window, scene, { gains }, out) {
    const { exp, pan } = window;
    const low = atrousLowPass(window, scene);
    for (let k = 0; k < scene.bands; k++) {
      const target = bandOf(out, k, pan.length);
      inject(bandOf(exp, k, pan.length), pan, { low, gain: gains[k] }, target);
    }
  },
};
