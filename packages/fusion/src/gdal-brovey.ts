/** The weighted Brovey transform exactly as gdal_pansharpen computes it. */

import { weightsOrEqual } from './intensity.js';
import type { FusionMethod } from './method.js';

/**
 * out_k = exp_k * PAN / sum_i w_i exp_i, weights 1/bands by default, PAN not matched. GDAL keeps
 * the enlarged MS in PAN's type where that is uint8 or uint16, so it is rounded and clamped before
 * it is used; a pseudo-PAN of zero gives 0.
 */
export const gdalBrovey: FusionMethod<null> = {
  name: 'gdal-brovey',
  title: 'Weighted Brovey as in GDAL',
  source: 'GDAL 3.6 gdal_pansharpen',
  panMargin: () => 0,
  panBorder: 'replicate',
  fuse({ exp, pan }, { bands, bandWeights, panType }, _parameters, out) {
    const pixels = pan.length;
    const weights = weightsOrEqual(bands, bandWeights);
    const top = panType === 'uint8' ? 255 : panType === 'uint16' ? 65535 : 0;
    const factor = new Float64Array(pixels);
    for (let k = 0; k < bands; k++) {
      const start = k * pixels;
      const weight = weights[k];
      if (top > 0) {
        for (let p = 0; p < pixels; p++) {
          const rounded = Math.floor(Math.fround(exp[start + p]) + 0.5);
          const value = rounded < 0 ? 0 : rounded > top ? top : rounded;
          out[start + p] = value;
          factor[p] += weight * value;
        }
      } else {
        for (let p = 0; p < pixels; p++) {
          const value = exp[start + p];
          out[start + p] = value;
          factor[p] += weight * value;
        }
      }
    }
    for (let p = 0; p < pixels; p++) factor[p] = factor[p] === 0 ? 0 : pan[p] / factor[p];
    for (let k = 0; k < bands; k++) {
      const start = k * pixels;
      if (top === 0) {
        for (let p = 0; p < pixels; p++) out[start + p] *= factor[p];
        continue;
      }
      for (let p = 0; p < pixels; p++) {
        const value = Math.floor(out[start + p] * factor[p] + 0.5);
        out[start + p] = value > top ? top : value;
      }
    }
  },
};
