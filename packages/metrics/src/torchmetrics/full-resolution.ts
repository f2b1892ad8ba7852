/** Indices without a reference in torchmetrics' convention. */

import type { Raster } from '@bandweave/image';
import { boxWindow, localMeans } from '../local-filter.js';
import { pairDistortion } from '../pair-distortion.js';
import { type PairPlanes, pairPlanes } from '../pair-planes.js';
import { qnr } from '../qnr.js';
import type { MaskOption } from '../shapes.js';
import { torchUqi } from './uqi.js';

export interface TorchFullInputs extends MaskOption {
  readonly pan: Raster;
  readonly ms: Raster;
}

/**
 * d_lambda, d_s and qnr, the MS image at its own resolution. PAN comes down to it by a 7 x 7 mean
 * (replicated border) and bilinear sampling without antialiasing.
 */
export function torchFullResolution(
  fused: Raster,
  { pan, ms, mask }: TorchFullInputs,
): Record<string, number> {
  const high = pairPlanes(fused, fused, mask ? { mask } : {});
  const low = pairPlanes(ms, ms);
  const fine = pairPlanes(pan, pan, mask ? { mask } : {});
  const image = (pair: PairPlanes) => ({
    planes: pair.reference,
    quality: (a: Float64Array, b: Float64Array) => torchUqi(a, b, pair),
  });
  const spectral = pairDistortion(image(high), image(low));
  const smooth = localMeans(fine.reference[0], fine.size, boxWindow(7, 'replicate'));
  const coarse = bilinear(smooth, fine.size, low.size);
  let sum = 0;
  for (let band = 0; band < ms.bands; band++) {
    const above = torchUqi(high.reference[band], fine.reference[0], high);
    sum += Math.abs(above - torchUqi(low.reference[band], coarse, low));
  }
  const spatial = sum / ms.bands;
  return { d_lambda: spectral, d_s: spatial, qnr: qnr({ spectral, spatial }) };
}

/** Samples between the four neighbours at the centres of the coarse pixels. */
function bilinear(
  plane: Float64Array,
  from: PairPlanes['size'],
  to: PairPlanes['size'],
): Float64Array {
  const place = (i: number, size: number, scale: number) => {
    const at = Math.max(0, (i + 0.5) * scale - 0.5);
    const first = Math.min(size - 1, Math.floor(at));
    return { first, second: Math.min(size - 1, first + 1), share: at - first };
  };
  const out = new Float64Array(to.height * to.width);
  for (let y = 0; y < to.height; y++) {
    const v = place(y, from.height, from.height / to.height);
    for (let x = 0; x < to.width; x++) {
      const u = place(x, from.width, from.width / to.width);
      const at = (row: number, col: number) => plane[row * from.width + col];
      const above = at(v.first, u.first) * (1 - u.share) + at(v.first, u.second) * u.share;
      const below = at(v.second, u.first) * (1 - u.share) + at(v.second, u.second) * u.share;
      out[y * to.width + x] = above * (1 - v.share) + below * v.share;
    }
  }
  return out;
}
