/** MTF-GLP-FS: multiresolution fusion with gains fitted at full scale (Vivone, Restaino, Chanussot 2018). */

import { mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { type BandGains, injectMtfDetail } from './inject-mtf.js';

/**
 * out_k = exp_k + g_k (PAN - L_k PAN), L_k the MTF low-pass of band k;
 * g_k = cov(exp_k, PAN) / cov(L_k PAN, PAN) over the scene.
 */
export const mtfGlpFs: FusionMethod<BandGains> = {
  name: 'mtf-glp-fs',
  title: 'MTF-GLP, full-scale gains',
  source: 'Vivone, Restaino, Chanussot 2018',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: {
    // count, sum PAN, then a band: sum exp, sum exp PAN, sum low, sum low PAN
    size: ({ bands }) => 2 + 4 * bands,
    add(window, scene, sums) {
      const valid = window.mask?.slice();
      const low = mtfLowPass(window, scene, valid);
      const { exp, pan } = window;
      const pixels = pan.length;
      for (let p = 0; p < pixels; p++) {
        if (valid && valid[p] === 0) continue;
        sums[0]++;
        sums[1] += pan[p];
      }
      for (let k = 0; k < scene.bands; k++) {
        const plane = low[k];
        const start = k * pixels;
        let expSum = 0;
        let expPan = 0;
        let lowSum = 0;
        let lowPan = 0;
        for (let p = 0; p < pixels; p++) {
          if (valid && valid[p] === 0) continue;
          const value = pan[p];
          expSum += exp[start + p];
          expPan += exp[start + p] * value;
          lowSum += plane[p];
          lowPan += plane[p] * value;
        }
        const at = 2 + 4 * k;
        sums[at] += expSum;
        sums[at + 1] += expPan;
        sums[at + 2] += lowSum;
        sums[at + 3] += lowPan;
      }
    },
    solve(sums, { bands }) {
      const mean = sums[0] > 0 ? sums[1] / sums[0] : 0;
      const gains = Array.from({ length: bands }, (_, k) => {
        const at = 2 + 4 * k;
        const withLow = sums[at + 3] - sums[at + 2] * mean;
        return withLow > 0 ? (sums[at + 1] - sums[at] * mean) / withLow : 0;
      });
      return { gains };
    },
  },
  fuse: injectMtfDetail,
};
