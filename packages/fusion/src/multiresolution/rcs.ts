/** RCS: ratio component substitution as Orfeo ToolBox computes it. */

import { boxMean } from '../low-pass/box.js';
import type { FusionMethod } from '../method.js';

/** Orfeo's default: boxes of 7 x 7. */
const RADIUS = 3;

/** out_k = exp_k PAN / mean of PAN over 7 x 7; a mean of 0 gives exp_k. */
export const rcs: FusionMethod<null> = {
  name: 'rcs',
  title: 'Ratio component substitution as in Orfeo',
  source: 'Orfeo ToolBox 8.1, SimpleRcsPanSharpening',
  panMargin: () => RADIUS,
  panBorder: 'replicate',
  fuse({ panAround, rows, cols, pan, exp }, { bands }, _parameters, out) {
    const factor = boxMean(panAround, { rows, cols, radius: RADIUS, outside: 'nearest' });
    const pixels = pan.length;
    for (let p = 0; p < pixels; p++) factor[p] = factor[p] === 0 ? 1 : pan[p] / factor[p];
    for (let k = 0; k < bands; k++) {
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) out[start + p] = exp[start + p] * factor[p];
    }
  },
};
