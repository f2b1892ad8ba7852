/** GS2-GLP: Gram-Schmidt mode 2 with the MTF pyramid's low-pass (Aiazzi et al. 2006). */

import { mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';
import { type BandGains, injectMtfDetail } from './inject-mtf.js';
import { bandOf } from './modulate.js';

/** out_k = exp_k + g_k (PAN - L_k PAN), g_k = cov(L_k PAN, exp_k) / var(L_k PAN). */
export const gs2Glp: FusionMethod<BandGains> = {
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
  fuse: injectMtfDetail,
};
