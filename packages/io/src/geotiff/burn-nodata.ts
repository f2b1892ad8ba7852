/** Puts nodata into the samples that a raster's mask strikes out. */

import type { Raster, RasterInfo } from '@bandweave/image';
import { fillValue } from './fill-value.js';

/**
 * The raster with nodata in every band where its mask is 0; itself where the mask strikes
 * nothing out, or the info has no nodata that its type can hold.
 */
export function burnNodata(raster: Raster, info: Pick<RasterInfo, 'nodata' | 'dataType'>): Raster {
  const { mask, bands } = raster;
  const fill = fillValue(info);
  if (!mask?.includes(0) || !Object.is(fill, info.nodata)) return raster;
  const data = raster.data.slice();
  for (let band = 0; band < bands; band++) {
    const start = band * mask.length;
    for (let i = 0; i < mask.length; i++) if (mask[i] === 0) data[start + i] = fill;
  }
  return { ...raster, data };
}
