/** MF-HG: a morphological half-gradient pyramid with modulation (Restaino et al. 2016). */

import { morphologicalLowPass, morphologicalMargin } from '../low-pass/morphological.js';
import type { FusionMethod } from '../method.js';
import { type Matching, matchPan } from '../statistics/matching.js';
import { bandOf, modulate } from './modulate.js';

/**
 * out_k = exp_k P_k / M P_k, P_k PAN with mean and deviation of exp_k, M the coarsest level of the
 * pyramid enlarged again; see `modulate`.
 */
export const mfHg: FusionMethod<Matching> = {
  name: 'mf-hg',
  title: 'Morphological half-gradient pyramid',
  source: 'Restaino, Vivone, Dalla Mura, Chanussot 2016',
  panMargin: morphologicalMargin,
  panBorder: 'replicate',
  statistics: matchPan(),
  fuse(window, scene, { gains, offsets, floors }, out) {
    const { exp, pan } = window;
    const low = morphologicalLowPass(window, scene);
    for (let k = 0; k < scene.bands; k++) {
      const parts = { low, gain: gains[k], offset: offsets[k], floor: floors[k] };
      modulate(bandOf(exp, k, pan.length), pan, parts, bandOf(out, k, pan.length));
    }
  },
};
