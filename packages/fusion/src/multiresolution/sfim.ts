/** SFIM: smoothing-filter intensity modulation (Liu 2000). */

import type { FusionMethod } from '../method.js';
import { type Matching, matchPan } from '../statistics/matching.js';
import { boxLowPass, boxRadius } from './box-low-pass.js';
import { bandOf, modulate } from './modulate.js';

/** out_k = exp_k P_k / box P_k, P_k PAN with mean and deviation of exp_k; see `modulate`. */
export const sfim: FusionMethod<Matching> = {
  name: 'sfim',
  title: 'Smoothing-filter intensity modulation',
  source: 'Liu 2000; form of Vivone et al. 2015',
  panMargin: boxRadius,
  panBorder: 'replicate',
  statistics: matchPan(),
  fuse(window, scene, { gains, offsets, floors }, out) {
    const { exp, pan } = window;
    const low = boxLowPass(window, scene);
    for (let k = 0; k < scene.bands; k++) {
      const parts = { low, gain: gains[k], offset: offsets[k], floor: floors[k] };
      modulate(bandOf(exp, k, pan.length), pan, parts, bandOf(out, k, pan.length));
    }
  },
};
