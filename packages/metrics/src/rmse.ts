/** Root mean square error. */

import type { Raster } from '@bandweave/image';
import { type BandMoments, bandMoments } from './band-moments.js';
import type { IndexInfo } from './index-info.js';
import type { MaskOption } from './shapes.js';

export const RMSE: IndexInfo = {
  key: 'rmse',
  title: 'RMSE',
  range: [0, Number.POSITIVE_INFINITY],
  best: 0,
  direction: 'lower',
  unit: 'counts',
  convention: 'over all pixels and bands',
};

/** RMSE over all pixels and bands, from moments that were gathered window by window. */
export function rmseOf(moments: readonly BandMoments[]): number {
  return Math.sqrt(meanSquaredError(moments));
}

/** Mean squared error over all pixels and bands; NaN where there is no pixel. */
export function meanSquaredError(moments: readonly BandMoments[]): number {
  let error = 0;
  let count = 0;
  for (const band of moments) {
    error += band.squaredError;
    count += band.count;
  }
  return error / count;
}

/**
 * Root mean square error over all pixels and bands, in the unit of the images; 0 is perfect.
 *
 * @param estimate  [bands, height, width]
 * @param reference same shape and unit
 */
export function rmse(estimate: Raster, reference: Raster, options: MaskOption = {}): number {
  return rmseOf(bandMoments(estimate, reference, options));
}
