/** HPF: high-pass filtering with a box (Chavez, Sides, Anderson 1991). */

import type { FusionMethod } from '../method.js';
import { type Matching, matchPan } from '../statistics/matching.js';
import { boxLowPass, boxRadius } from './box-low-pass.js';
import { inject } from './inject.js';
import { bandOf } from './modulate.js';

/** out_k = exp_k + g_k (PAN - box PAN), g_k = std(exp_k) / std(PAN) over the scene. */
export const hpf: FusionMethod<Matching> = {
  name: 'hpf',
  title: 'High-pass filtering',
  source: 'Chavez, Sides, Anderson 1991; form of Vivone et al. 2015',
  panMargin: boxRadius,
  panBorder: 'replicate',
  statistics: matchPan(),
  fuse(window, scene, { gains }, out) {
    const { exp, pan } = window;
    const low = boxLowPass(window, scene);
    for (let k = 0; k < scene.bands; k++) {
      const target = bandOf(out, k, pan.length);
      inject(bandOf(exp, k, pan.length), pan, { low, gain: gains[k] }, target);
    }
  },
};
