/** Peak signal-to-noise ratio. */

import type { Raster } from '@bandweave/image';
import { type BandMoments, bandMoments } from './band-moments.js';
import type { IndexInfo } from './index-info.js';
import { type PeakOption, peakValue } from './peak.js';
import { meanSquaredError } from './rmse.js';
import type { MaskOption } from './shapes.js';

export const PSNR: IndexInfo = {
  key: 'psnr',
  title: 'PSNR',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  best: Number.POSITIVE_INFINITY,
  direction: 'higher',
  unit: 'dB',
  convention: 'one error over all bands, peak 2^bits - 1',
};

export interface PsnrOptions extends MaskOption, PeakOption {
  /** `image`: one error over all bands (default); `bands`: the mean of every band's PSNR. */
  readonly average?: 'image' | 'bands';
}

/** PSNR from moments that were gathered window by window. */
export function psnrOf(
  moments: readonly BandMoments[],
  { peak, average = 'image' }: { readonly peak: number; readonly average?: 'image' | 'bands' },
): number {
  const decibels = (group: readonly BandMoments[]) =>
    10 * Math.log10((peak * peak) / meanSquaredError(group));
  if (average === 'image') return decibels(moments);
  return moments.reduce((sum, band) => sum + decibels([band]), 0) / moments.length;
}

/**
 * 10 log10(peak² / MSE) in decibels, MSE over all pixels and bands; infinite for equal images.
 *
 * @param estimate  [bands, height, width]
 * @param reference same shape and unit
 * @param options.bits radiometric bits; the peak is 2^bits - 1
 */
export function psnr(estimate: Raster, reference: Raster, options: PsnrOptions = {}): number {
  const { average = 'image' } = options;
  const peak = peakValue(reference, options);
  return psnrOf(bandMoments(estimate, reference, options), { peak, average });
}
