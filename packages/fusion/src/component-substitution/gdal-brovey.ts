/** The weighted Brovey transform exactly as gdal_pansharpen computes it. */

import type { FloatSamples } from '@bandweave/image';
import type { FusionMethod, FusionWindow } from '../method.js';
import { weightsOrEqual } from '../statistics/intensity.js';

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
  fuse(window, { bands, bandWeights, panType }, _parameters, out) {
    const weights = weightsOrEqual(bands, bandWeights);
    const top = panType === 'uint8' ? 255 : panType === 'uint16' ? 65535 : 0;
    const factor = new Float64Array(window.width);
    for (let start = 0; start < window.pan.length; start += window.width) {
      if (top > 0) fuseCounts(window, { start, weights, top, factor, out });
      else fuseFloats(window, { start, weights, factor, out });
    }
  },
};

interface Row {
  /** First pixel of the row. */
  readonly start: number;
  readonly weights: readonly number[];
  /** PAN over pseudo-PAN; [width]. */
  readonly factor: Float64Array;
  readonly out: FloatSamples;
}

/** One row in whole numbers; row by row, what is between the two passes stays in the cache. */
function fuseCounts(
  { exp, pan, width }: FusionWindow,
  { start, weights, top, factor, out }: Row & { readonly top: number },
): void {
  const pixels = pan.length;
  factor.fill(0);
  for (let k = 0; k < weights.length; k++) {
    const at = k * pixels + start;
    const weight = weights[k];
    for (let x = 0; x < width; x++) {
      const rounded = Math.floor(Math.fround(exp[at + x]) + 0.5);
      const value = rounded < 0 ? 0 : rounded > top ? top : rounded;
      out[at + x] = value;
      factor[x] += weight * value;
    }
  }
  for (let x = 0; x < width; x++) factor[x] = factor[x] === 0 ? 0 : pan[start + x] / factor[x];
  for (let k = 0; k < weights.length; k++) {
    const at = k * pixels + start;
    for (let x = 0; x < width; x++) {
      const value = Math.floor(out[at + x] * factor[x] + 0.5);
      out[at + x] = value > top ? top : value;
    }
  }
}

function fuseFloats({ exp, pan, width }: FusionWindow, { start, weights, factor, out }: Row): void {
  const pixels = pan.length;
  factor.fill(0);
  for (let k = 0; k < weights.length; k++) {
    const at = k * pixels + start;
    for (let x = 0; x < width; x++) factor[x] += weights[k] * exp[at + x];
  }
  for (let x = 0; x < width; x++) factor[x] = factor[x] === 0 ? 0 : pan[start + x] / factor[x];
  for (let k = 0; k < weights.length; k++) {
    const at = k * pixels + start;
    for (let x = 0; x < width; x++) out[at + x] = exp[at + x] * factor[x];
  }
}
