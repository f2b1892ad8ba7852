/** What the conventions of the Python packages share. */

import type { Raster } from '@bandweave/image';
import { type BandMoments, bandMoments } from './band-moments.js';
import { detailCorrelation } from './detail-correlation.js';
import { type PairPlanes, pairPlanes } from './pair-planes.js';
import { type PeakOption, peakValue } from './peak.js';
import { psnrOf } from './psnr.js';
import { rmseOf } from './rmse.js';
import type { MaskOption } from './shapes.js';

export interface PackageReferenceOptions extends MaskOption, PeakOption {
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
}

export interface PackagePair {
  /** Invalid pixels filled with their band's mean: the packages know no masks. */
  readonly pair: PairPlanes;
  /** One a band. */
  readonly moments: readonly BandMoments[];
  readonly peak: number;
  /** Indices on which the packages agree. */
  readonly shared: { readonly scc: number; readonly psnr: number; readonly rmse: number };
}

/** The pair made ready for a package's indices, and those that all packages take alike. */
export function packagePair(
  estimate: Raster,
  reference: Raster,
  options: MaskOption & PeakOption,
): PackagePair {
  const pair = pairPlanes(estimate, reference, options);
  const moments = bandMoments(estimate, reference, pair.valid ? { mask: pair.valid } : {});
  const peak = peakValue(reference, options);
  const shared = {
    scc: detailCorrelation(pair),
    psnr: psnrOf(moments, { peak }),
    rmse: rmseOf(moments),
  };
  return { pair, moments, peak, shared };
}
