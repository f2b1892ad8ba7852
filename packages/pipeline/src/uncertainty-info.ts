/** The raster of means and deviations that goes with a fused image. */

import type { RasterInfo } from '@bandweave/image';

/**
 * float32 on the same grid: the mean of every band, then the standard deviation of every band, in
 * the units of the fused samples. NaN stands for no data.
 */
export function uncertaintyInfo(info: RasterInfo): RasterInfo {
  const { bandNames, scales, offsets, bits: _, nodata, metadata, ...rest } = info;
  const named = (what: string) => bandNames.map((name, k) => `${name || `band ${k + 1}`} ${what}`);
  const twice = (list: readonly number[]) => [...list, ...list];
  return {
    ...rest,
    bands: 2 * info.bands,
    dataType: 'float32',
    ...(nodata === undefined ? {} : { nodata: Number.NaN }),
    bandNames: [...named('mean'), ...named('standard deviation')],
    colors: new Array(2 * info.bands).fill('undefined'),
    ...(scales ? { scales: twice(scales) } : {}),
    // A deviation is no place on the scale: only its factor counts.
    ...(offsets ? { offsets: [...offsets, ...offsets.map(() => 0)] } : {}),
    metadata,
  };
}
