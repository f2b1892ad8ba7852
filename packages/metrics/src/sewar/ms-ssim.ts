/** Multi-scale SSIM (Wang, Simoncelli, Bovik 2003), as sewar takes it. */

import { borderIndex } from '@bandweave/image';
import type { IndexInfo } from '../index-info.js';
import { gaussianWindow } from '../local-filter.js';
import type { PairPlanes } from '../pair-planes.js';
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

/**
 * prod_j contrast_j^w_j · ssim_5^w_5 over five scales, each half of the one before: means over 2 x 2
 * pixels and two neighbouring bands (the filter is given the whole cube), every second of them.
 * 11 x 11 Gaussian windows inside the image; an image smaller than that is taken whole.
 */
export function sewarMsSsim(pair: PairPlanes, peak: number): number {
  let level = pair;
  let product = 1;
  for (const [scale, weight] of WEIGHTS.entries()) {
    const window = gaussianWindow(11, 1.5, 'zero');
    const { ssim, contrast } = windowSsim(level, { window, peak, positions: 'inside' });
    // Negative contrast has no real power; the package goes on with the complex one's modulus.
    product *= Math.abs(scale === WEIGHTS.length - 1 ? ssim : contrast) ** weight;
    level = halved(level);
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
