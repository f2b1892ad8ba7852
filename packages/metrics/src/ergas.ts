/** Relative dimensionless global error in synthesis (Wald 2000). */

import { InputError, type Raster } from '@bandweave/image';
import { type BandMoments, bandMoments } from './band-moments.js';
import type { IndexInfo } from './index-info.js';
import type { MaskOption } from './shapes.js';

export const ERGAS: IndexInfo = {
  key: 'ergas',
  title: 'ERGAS',
  range: [0, Number.POSITIVE_INFINITY],
  best: 0,
  direction: 'lower',
  unit: 'percent',
  convention: 'toolbox: 100 over the ratio',
};

/** ERGAS from moments that were gathered window by window. */
export function ergasOf(moments: readonly BandMoments[], ratio: number): number {
  if (!(ratio > 0)) {
    throw new InputError(`ergas: expected a positive ratio, got ${ratio}.`);
  }
  let sum = 0;
  let bands = 0;
  for (const { count, meanReference, squaredError } of moments) {
    if (count === 0 || meanReference === 0) continue;
    sum += squaredError / count / (meanReference * meanReference);
    bands++;
  }
  return (100 / ratio) * Math.sqrt(sum / bands);
}

/**
 * Relative global error in percent; 0 is perfect.
 * ERGAS = 100/ratio · sqrt(mean_k(RMSE_k² / μ_k²)), μ_k the mean of reference band k.
 *
 * The factor is one over the ratio of pixel sizes, as in Wald's definition and the toolboxes;
 * packages that multiply by it are 16 times off at ratio 4. Bands whose reference mean is 0 are
 * left out.
 *
 * @param estimate  [bands, height, width], linear radiance or counts
 * @param reference same shape and unit
 * @param options.ratio MS pixel size over PAN pixel size, usually 4
 * @see Wald 2000, Quality of high resolution synthesised images
 */
export function ergas(
  estimate: Raster,
  reference: Raster,
  { ratio, ...options }: MaskOption & { readonly ratio: number },
): number {
  return ergasOf(bandMoments(estimate, reference, options), ratio);
}
