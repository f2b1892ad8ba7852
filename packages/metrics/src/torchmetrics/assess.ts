/** Indices in the convention of torchmetrics (Lightning AI), its functional image metrics. */

import type { Raster } from '@bandweave/image';
import { bandMoments } from '../band-moments.js';
import { detailCorrelation } from '../detail-correlation.js';
import { ergasOf } from '../ergas.js';
import { gaussianWindow } from '../local-filter.js';
import { bandMean, pairPlanes } from '../pair-planes.js';
import { type PeakOption, peakValue } from '../peak.js';
import { psnrOf } from '../psnr.js';
import { rmseOf } from '../rmse.js';
import { sam } from '../sam.js';
import { windowRase } from '../sewar/rase.js';
import type { MaskOption } from '../shapes.js';
import { windowSsim } from '../window-ssim.js';
import { torchUqi } from './uqi.js';

export interface PackageReferenceOptions extends MaskOption, PeakOption {
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
}

/**
 * By key: sam (radians), ergas, scc, psnr, ssim, rmse, q, rase. Zero spectra, which make the
 * package's SAM NaN, are left out. ERGAS is that of releases since the ratio was put right (before:
 * ratio² times that). It knows no masks: an invalid pixel is filled with its band's mean, and
 * windows around one do not count.
 */
export function torchReference(
  estimate: Raster,
  reference: Raster,
  { ratio, ...options }: PackageReferenceOptions,
): Record<string, number> {
  const pair = pairPlanes(estimate, reference, options);
  const masked = pair.valid ? { mask: pair.valid } : {};
  const moments = bandMoments(estimate, reference, masked);
  const peak = peakValue(reference, options);
  const window = gaussianWindow(11, 1.5, 'mirror');
  return {
    sam: (sam(estimate, reference, masked) * Math.PI) / 180,
    ergas: ergasOf(moments, ratio),
    scc: detailCorrelation(pair),
    psnr: psnrOf(moments, { peak }),
    ssim: windowSsim(pair, { window, peak, positions: 'all' }).ssim,
    rmse: rmseOf(moments),
    q: bandMean(pair, (a, b) => torchUqi(a, b, pair)),
    rase: windowRase(pair, 'apart'),
  };
}
