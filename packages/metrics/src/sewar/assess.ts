/** Indices in the convention of the Python package sewar (Andrew Khalel). */

import type { Raster } from '@bandweave/image';
import { bandMoments } from '../band-moments.js';
import { detailCorrelation } from '../detail-correlation.js';
import { ergasOf } from '../ergas.js';
import { boxWindow } from '../local-filter.js';
import { bandMean, pairPlanes } from '../pair-planes.js';
import { peakValue } from '../peak.js';
import { psnrOf } from '../psnr.js';
import { rmseOf } from '../rmse.js';
import type { PackageReferenceOptions } from '../torchmetrics/assess.js';
import { windowSsim } from '../window-ssim.js';
import { sewarMsSsim } from './ms-ssim.js';
import { windowRase } from './rase.js';
import { sewarSam } from './sam.js';
import { sewarUqi } from './uqi.js';
import { vifOf } from './vif.js';

/**
 * By key: sam (radians), ergas (ratio² times the toolbox's), scc, psnr, ssim, ms_ssim, rmse, q,
 * rase, vif. The package knows no masks: an invalid pixel is filled with its band's mean, and
 * windows around one do not count.
 */
export function sewarReference(
  estimate: Raster,
  reference: Raster,
  { ratio, ...options }: PackageReferenceOptions,
): Record<string, number> {
  const pair = pairPlanes(estimate, reference, options);
  const masked = pair.valid ? { mask: pair.valid } : {};
  const moments = bandMoments(estimate, reference, masked);
  const peak = peakValue(reference, options);
  return {
    sam: sewarSam(pair),
    ergas: ratio * ratio * ergasOf(moments, ratio),
    scc: detailCorrelation(pair),
    psnr: psnrOf(moments, { peak }),
    ssim: windowSsim(pair, { window: boxWindow(11, 'zero'), peak, positions: 'inside' }).ssim,
    ms_ssim: sewarMsSsim(pair, peak),
    rmse: rmseOf(moments),
    q: bandMean(pair, (a, b) => sewarUqi(a, b, pair)),
    rase: windowRase(pair, 'mixed'),
    vif: bandMean(pair, (a, b) => vifOf(a, b, pair)),
  };
}
