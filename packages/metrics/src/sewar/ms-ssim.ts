/** Multi-scale SSIM (Wang, Simoncelli, Bovik 2003), as sewar takes it. */

import { borderIndex, InputError, type Raster } from '@bandweave/image';
import type { IndexInfo } from '../index-info.js';
import { gaussianWindow } from '../local-filter.js';
import { type PairPlanes, pairPlanes } from '../pair-planes.js';
import { type PeakOption, peakValue } from '../peak.js';
import type { MaskOption } from '../shapes.js';
import { windowSsim } from '../window-ssim.js';

export const MS_SSIM: IndexInfo = {
  key: 'ms_ssim',
  title: 'MS-SSIM',
  range: [0, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'sewar: five scales, 11 x 11 Gaussian of 1.5',
};

const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

export interface MsSsimOptions extends MaskOption, PeakOption {
  /** How many scales, 1 to 5; 5 by default. Fewer take the first of the weights, as they are. */
  readonly scales?: number;
}

/**
 * MS-SSIM of all bands, in [0, 1], 1 is best: prod_j contrast_j^w_j · ssim_n^w_n over n scales, each
 * half of the one before: means over 2 x 2 pixels and two neighbouring bands (the filter is given the
 * whole cube), every second of them. 11 x 11 Gaussian windows inside the image; an image smaller than
 * that is taken whole, so four scales want 88 pixels a side and five 176.
 *
 * @param estimate  [bands, height, width]
 * @param reference same shape and unit
 */
export function msSsim(
  estimate: Raster,
  reference: Raster,
  { scales = WEIGHTS.length, ...options }: MsSsimOptions = {},
): number {
  if (!(Number.isInteger(scales) && scales >= 1 && scales <= WEIGHTS.length)) {
    throw new InputError(
      `msSsim: expected 1 to ${WEIGHTS.length} scales, got ${scales}; leave it out for ${WEIGHTS.length}.`,
    );
  }
  const peak = peakValue(reference, options);
  return pairMsSsim(pairPlanes(estimate, reference, options), peak, scales);
}

/** The same of a pair that has been made ready. */
export function pairMsSsim(pair: PairPlanes, peak: number, scales = WEIGHTS.length): number {
  let level = pair;
  let product = 1;
  for (const [scale, weight] of WEIGHTS.slice(0, scales).entries()) {
    const window = gaussianWindow(11, 1.5, 'zero');
    const { ssim, contrast } = windowSsim(level, { window, peak, positions: 'inside' });
    // Negative contrast has no real power; the package goes on with the complex one's modulus.
    product *= Math.abs(scale === scales - 1 ? ssim : contrast) ** weight;
    if (scale < scales - 1) level = halved(level);
  }
  return product;
}

function halved({ estimate, reference, size: { height, width }, valid }: PairPlanes): PairPlanes {
  const size = { height: Math.ceil(height / 2), width: Math.ceil(width / 2) };
  const reduce = (planes: readonly Float64Array[]) =>
    planes.map((plane, band) => {
      const before = planes[Math.max(0, band - 1)];
      const out = new Float64Array(size.height * size.width);
      for (let y = 0; y < size.height; y++) {
        const up = borderIndex(2 * y - 1, height, 'symmetric') * width;
        for (let x = 0; x < size.width; x++) {
          const left = borderIndex(2 * x - 1, width, 'symmetric');
          const down = 2 * y * width;
          const four = (p: Float64Array) =>
            p[up + left] + p[up + 2 * x] + p[down + left] + p[down + 2 * x];
          out[y * size.width + x] = (four(plane) + four(before)) / 8;
        }
      }
      return out;
    });
  return {
    estimate: reduce(estimate),
    reference: reduce(reference),
    size,
    ...(valid ? { valid: everySecond(valid, { height, width }) } : {}),
  };
}

function everySecond(valid: Uint8Array, { height, width }: PairPlanes['size']): Uint8Array {
  const columns = Math.ceil(width / 2);
  const out = new Uint8Array(Math.ceil(height / 2) * columns);
  for (let i = 0; i < out.length; i++) {
    out[i] = valid[2 * Math.floor(i / columns) * width + 2 * (i % columns)];
  }
  return out;
}
