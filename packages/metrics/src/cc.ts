/** Correlation coefficient. */

import type { Raster } from '@bandweave/image';
import { type BandMoments, bandMoments } from './band-moments.js';
import type { IndexInfo } from './index-info.js';
import type { MaskOption } from './shapes.js';

export const CC: IndexInfo = {
  key: 'cc',
  title: 'CC',
  range: [-1, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'mean over bands; constant bands left out',
};

/** Mean of the bands' correlations, from moments that were gathered window by window. */
export function ccOf(moments: readonly BandMoments[]): number {
  let sum = 0;
  let bands = 0;
  for (const { squaresEstimate, squaresReference, cross } of moments) {
    const norm = Math.sqrt(squaresEstimate * squaresReference);
    if (!(norm > 0)) continue;
    sum += cross / norm;
    bands++;
  }
  return sum / bands;
}

/**
 * Pearson's correlation of each band, averaged over bands; 1 is perfect. Bands that are constant in
 * either image have no correlation and are left out; NaN where none is left.
 */
export function cc(estimate: Raster, reference: Raster, options: MaskOption = {}): number {
  return ccOf(bandMoments(estimate, reference, options));
}
