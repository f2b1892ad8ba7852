/** Indices in the convention of the Python package sewar (Andrew Khalel). */

import type { Raster } from '@bandweave/image';
import { ergasOf } from '../ergas.js';
import { boxWindow } from '../local-filter.js';
import { type PackageReferenceOptions, packagePair } from '../package-reference.js';
import { bandMean } from '../pair-planes.js';
import { windowSsim } from '../window-ssim.js';
import { pairMsSsim } from './ms-ssim.js';
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
  const { pair, moments, peak, shared } = packagePair(estimate, reference, options);
  return {
    sam: sewarSam(pair),
    ergas: ratio * ratio * ergasOf(moments, ratio),
    ...shared,
    ssim: windowSsim(pair, { window: boxWindow(11, 'zero'), peak, positions: 'inside' }).ssim,
    ms_ssim: pairMsSsim(pair, peak),
    q: bandMean(pair, (a, b) => sewarUqi(a, b, pair)),
    rase: windowRase(pair, 'mixed'),
    vif: bandMean(pair, (a, b) => vifOf(a, b, pair)),
  };
}
