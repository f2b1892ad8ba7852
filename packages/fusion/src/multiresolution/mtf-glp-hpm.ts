/** MTF-GLP-HPM: multiresolution fusion by high-pass modulation (Aiazzi et al. 2003, 2006). */

import { gaussianLowPass } from '../low-pass/gaussian.js';
import { mtfConstant, mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { type Matching, matchPan } from '../statistics/matching.js';

/**
 * out_k = exp_k * P_k / L_k P_k, with P_k = PAN at the mean of exp_k and with the deviation that
 * makes its Gaussian low-pass vary like exp_k. Where the low-pass comes near zero the original
 * explodes; here out_k = exp_k + exp_k (P_k - L_k P_k) / max(L_k P_k, floor), the same above the
 * floor of a tenth of the band's mean. In mode `released` there is no floor.
 */
export const mtfGlpHpm: FusionMethod<Matching> = {
  name: 'mtf-glp-hpm',
  title: 'MTF-GLP, high-pass modulation',
  source: 'Aiazzi, Alparone, Baronti, Garzelli, Selva 2006',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: matchPan(gaussianLowPass),
  fuse(window, scene, { gains, offsets, floors }, out) {
    const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const low = mtfLowPass(window, scene, valid);
    const { exp, pan, height, width } = window;
    const pixels = pan.length;
    for (let k = 0; k < scene.bands; k++) {
      const plane = low[k];
      const gain = gains[k];
      const offset = offsets[k];
      const floor = floors[k];
      const constant = mtfConstant(scene, k);
      const start = k * pixels;
      for (let y = 0; y < height; y++) {
        const share = constant.rows[window.rows.start + y];
        for (let x = 0; x < width; x++) {
          const p = y * width + x;
          const level = offset * share * constant.cols[window.cols.start + x];
          const base = gain * plane[p] + level;
          const detail = valid && valid[p] === 0 ? 0 : gain * pan[p] + offset - base;
          const value = exp[start + p];
          const divisor = base > floor ? base + Number.EPSILON : floor;
          out[start + p] = value + (value * detail) / divisor;
        }
      }
    }
  },
};
