/** Relative average spectral error (Ranchin and Wald 2000). */

import type { Raster } from '@bandweave/image';
import { type BandMoments, bandMoments } from './band-moments.js';
import type { IndexInfo } from './index-info.js';
import type { MaskOption } from './shapes.js';

export const RASE: IndexInfo = {
  key: 'rase',
  title: 'RASE',
  range: [0, Number.POSITIVE_INFINITY],
  best: 0,
  direction: 'lower',
  unit: 'percent',
  convention: 'over the whole image',
};

/** RASE from moments that were gathered window by window. */
export function raseOf(moments: readonly BandMoments[]): number {
  let error = 0;
  let mean = 0;
  for (const band of moments) {
    error += band.squaredError / band.count / moments.length;
    mean += band.meanReference / moments.length;
  }
  return (100 / mean) * Math.sqrt(error);
}

/**
 * Error relative to the mean radiance of all bands, in percent; 0 is perfect.
 * RASE = 100/M · sqrt(mean_k RMSE_k²), M the mean of the reference over pixels and bands.
 *
 * @param estimate  [bands, height, width]
 * @param reference same shape and unit, of positive mean
 */
export function rase(estimate: Raster, reference: Raster, options: MaskOption = {}): number {
  return raseOf(bandMoments(estimate, reference, options));
}
