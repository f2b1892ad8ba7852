/** GS2-GLP: Gram-Schmidt mode 2 with the MTF pyramid's low-pass (Aiazzi et al. 2006). */

import { mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';
import { bandOf } from './modulate.js';

export interface RegressionGains {
  /** Injection gain, one a band. */
  readonly gains: readonly number[];
}

/** out_k = exp_k + g_k (PAN - L_k PAN), g_k = cov(L_k PAN, exp_k) / var(L_k PAN). */
export const gs2Glp: FusionMethod<RegressionGains> = {
  name: 'gs2-glp',
  title: 'Gram-Schmidt mode 2 with MTF-GLP',
  source: 'Aiazzi, Alparone, Baronti, Garzelli, Selva 2006; Alparone et al. 2007',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: {
    size: ({ bands }) => bands * momentSize(2),
    add(window, scene, sums) {
      const valid = window.mask?.slice();
      const low = mtfLowPass(window, scene, valid);
      for (let k = 0; k < scene.bands; k++) {
        const columns = [low[k], bandOf(window.exp, k, window.pan.length)];
        addColumns(sums, k * momentSize(2), columns, valid);
      }
    },
    solve(sums, { bands }) {
      const gains = Array.from({ length: bands }, (_, k) => {
        const { covariance } = readMoments(sums, k * momentSize(2), 2);
        return covariance[0] > 0 ? covariance[1] / covariance[0] : 0;
      });
      return { gains };
    },
  },
  fuse(window, scene, { gains }, out) {
    const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const low = mtfLowPass(window, scene, valid);
    const { exp, pan } = window;
    const pixels = pan.length;
    for (let k = 0; k < scene.bands; k++) {
      const gain = gains[k];
      const plane = low[k];
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) {
        const detail = valid && valid[p] === 0 ? 0 : pan[p] - plane[p];
        out[start + p] = exp[start + p] + gain * detail;
      }
    }
  },
};
