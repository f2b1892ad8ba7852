/** MTF-GLP-HPM-R: high-pass modulation matched by regression (Vivone, Restaino, Chanussot 2018). */

import { mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { type Matching, modulationFloor } from '../statistics/matching.js';
import { bandOf, modulate } from './modulate.js';

/**
 * out_k = exp_k (PAN + c_k) / (L_k PAN + c_k), c_k = mean(exp_k) / g_k - mean(PAN) and g_k the
 * regression of exp_k on L_k PAN. Multiplied by g_k that is PAN matched to the band, and so it is
 * computed, with the floor of `modulate`.
 */
export const mtfGlpHpmR: FusionMethod<Matching> = {
  name: 'mtf-glp-hpm-r',
  title: 'MTF-GLP, regressed modulation',
  source: 'Vivone, Restaino, Chanussot 2018',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: {
    // count, sum PAN, then a band: sum exp, sum low, sum low squared, sum exp low
    size: ({ bands }) => 2 + 4 * bands,
    add(window, scene, sums) {
      const valid = window.mask?.slice();
      const low = mtfLowPass(window, scene, valid);
      const { exp, pan } = window;
      for (let p = 0; p < pan.length; p++) {
        if (valid && valid[p] === 0) continue;
        sums[0]++;
        sums[1] += pan[p];
      }
      for (let k = 0; k < scene.bands; k++) {
        const plane = low[k];
        const start = k * pan.length;
        const part = new Float64Array(4);
        for (let p = 0; p < pan.length; p++) {
          if (valid && valid[p] === 0) continue;
          const value = exp[start + p];
          const base = plane[p];
          part[0] += value;
          part[1] += base;
          part[2] += base * base;
          part[3] += value * base;
        }
        for (let i = 0; i < 4; i++) sums[2 + 4 * k + i] += part[i];
      }
    },
    solve(sums, { bands, mode }) {
      const count = Math.max(1, sums[0]);
      const gains: number[] = [];
      const offsets: number[] = [];
      const floors: number[] = [];
      for (let k = 0; k < bands; k++) {
        const [exp, low, squares, products] = sums.subarray(2 + 4 * k, 6 + 4 * k);
        const variance = squares - (low * low) / count;
        const gain = variance > 0 ? (products - (exp * low) / count) / variance : 0;
        gains.push(gain);
        offsets.push((exp - gain * sums[1]) / count);
        floors.push(modulationFloor(exp / count, mode));
      }
      return { gains, offsets, floors };
    },
  },
  fuse(window, scene, { gains, offsets, floors }, out) {
    const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const low = mtfLowPass(window, scene, valid);
    const { exp, pan } = window;
    for (let k = 0; k < scene.bands; k++) {
      const parts = { low: low[k], gain: gains[k], offset: offsets[k], floor: floors[k], valid };
      modulate(bandOf(exp, k, pan.length), pan, parts, bandOf(out, k, pan.length));
    }
  },
};
