/** What a pixel is that nobody wrote. */

import { DATA_TYPES, type RasterInfo } from '@bandweave/image';

/** Nodata where the type can hold it, else 0. */
export function fillValue({ nodata, dataType }: Pick<RasterInfo, 'nodata' | 'dataType'>): number {
  const { kind, min, max } = DATA_TYPES[dataType];
  if (nodata === undefined) return 0;
  if (kind === 'float') return nodata;
  return Number.isInteger(nodata) && nodata >= min && nodata <= max ? nodata : 0;
}
