/** LMVM: local mean and variance matching as Orfeo ToolBox computes it (de Bethune et al. 1998). */

import type { FloatSamples } from '@bandweave/image';
import { boxMoments } from '../low-pass/box-moments.js';
import type { FusionMethod } from '../method.js';
import { bandOf } from './modulate.js';

/** Orfeo's default: boxes of 7 x 7. */
const RADIUS = 3;

/**
 * out_k = (PAN - mean(PAN)) std(exp_k) / std(PAN) + mean(exp_k), means and deviations over 7 x 7
 * around each pixel, the border replicated. Where PAN is flat, out_k = mean(exp_k); Orfeo divides
 * by 0 there.
 */
export const lmvm: FusionMethod<null> = {
  name: 'lmvm',
  title: 'Local mean and variance matching as in Orfeo',
  source: 'de Bethune, Muller, Donnay 1998; Orfeo ToolBox 8.1',
  panMargin: () => RADIUS,
  panBorder: 'replicate',
  expMargin: () => RADIUS,
  fuse(window, { bands }, _parameters, out) {
    const { panAround, expAround, pan, rows, cols } = window;
    const box = { rows, cols, radius: RADIUS, outside: 'nearest' as const };
    const sharp = boxMoments(panAround, box);
    const size = expAround.height * expAround.width;
    for (let k = 0; k < bands; k++) {
      const data = bandOf(expAround.data, k, size);
      const blurred = boxMoments({ ...expAround, data }, box);
      matchLocally(pan, sharp, blurred, bandOf(out, k, pan.length));
    }
  },
};

type LocalMoments = ReturnType<typeof boxMoments>;

function matchLocally(
  pan: FloatSamples,
  sharp: LocalMoments,
  blurred: LocalMoments,
  out: FloatSamples,
): void {
  for (let p = 0; p < out.length; p++) {
    const variance = sharp.variance[p];
    const gain = variance > 0 ? Math.sqrt(blurred.variance[p] / variance) : 0;
    out[p] = (pan[p] - sharp.mean[p]) * gain + blurred.mean[p];
  }
}
