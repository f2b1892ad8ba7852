/** Indices in the convention of torchmetrics (Lightning AI), its functional image metrics. */

import type { Raster } from '@bandweave/image';
import { ergasOf } from '../ergas.js';
import { gaussianWindow } from '../local-filter.js';
import { type PackageReferenceOptions, packagePair } from '../package-reference.js';
import { bandMean } from '../pair-planes.js';
import { sam } from '../sam.js';
import { windowRase } from '../sewar/rase.js';
import { windowSsim } from '../window-ssim.js';
import { torchUqi } from './uqi.js';

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
  const { pair, moments, peak, shared } = packagePair(estimate, reference, options);
  const window = gaussianWindow(11, 1.5, 'mirror');
  const masked = pair.valid ? { mask: pair.valid } : {};
  return {
    sam: (sam(estimate, reference, masked) * Math.PI) / 180,
    ergas: ergasOf(moments, ratio),
    ...shared,
    ssim: windowSsim(pair, { window, peak, positions: 'all' }).ssim,
    q: bandMean(pair, (a, b) => torchUqi(a, b, pair)),
    rase: windowRase(pair, 'apart'),
  };
}
