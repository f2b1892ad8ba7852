/** Indices without a reference in sewar's convention. */

import type { Raster } from '@bandweave/image';
import { pairDistortion } from '../pair-distortion.js';
import { pairPlanes } from '../pair-planes.js';
import type { MaskOption } from '../shapes.js';
import { sewarUqi } from './uqi.js';

/**
 * d_lambda by the package's quality index, the MS image at its own resolution. Its d_s and qnr are
 * left out: they need an 8-bit PAN there.
 */
export function sewarFullResolution(
  fused: Raster,
  { ms, mask }: MaskOption & { readonly ms: Raster },
): Record<string, number> {
  const image = (raster: Raster, options: MaskOption) => {
    const { reference, size, valid } = pairPlanes(raster, raster, options);
    return {
      planes: reference,
      quality: (a: Float64Array, b: Float64Array) => sewarUqi(a, b, { size, valid }),
    };
  };
  return { d_lambda: pairDistortion(image(fused, mask ? { mask } : {}), image(ms, {})) };
}
