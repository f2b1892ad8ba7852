/** MTF-GLP: a generalised Laplacian pyramid with the sensor's MTF (Aiazzi et al. 2002, 2006). */

import { gaussianLowPass } from '../low-pass/gaussian.js';
import { mtfConstant, mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { type Matching, matchPan } from '../statistics/matching.js';

/**
 * out_k = exp_k + P_k - L_k P_k, P_k = PAN at the mean of exp_k and with the deviation that makes
 * its Gaussian low-pass vary like exp_k.
 */
export const mtfGlp: FusionMethod<Matching> = {
  name: 'mtf-glp',
  title: 'MTF-GLP, additive',
  source: 'Aiazzi et al. 2006; matching of Alparone, Garzelli, Vivone 2017',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: matchPan(gaussianLowPass),
  fuse(window, scene, { gains, offsets }, out) {
    const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const low = mtfLowPass(window, scene, valid);
    const { exp, pan, height, width } = window;
    for (let k = 0; k < scene.bands; k++) {
      const plane = low[k];
      const gain = gains[k];
      const offset = offsets[k];
      const { rows, cols } = mtfConstant(scene, k);
      for (let y = 0; y < height; y++) {
        const row = y * width;
        const start = k * pan.length + row;
        const share = rows[window.rows.start + y];
        for (let x = 0; x < width; x++) {
          // The low-pass of a constant is close to it, not equal.
          const lost = offset * (1 - share * cols[window.cols.start + x]);
          const known = valid?.[row + x] !== 0;
          const detail = known ? gain * (pan[row + x] - plane[row + x]) + lost : 0;
          out[start + x] = exp[start + x] + detail;
        }
      }
    }
  },
};
