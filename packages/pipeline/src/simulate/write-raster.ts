/** A raster in memory as a GeoTIFF, in the sample type of the image it came of. */

import {
  allocate,
  DATA_TYPES,
  type DataType,
  type Raster,
  type RasterInfo,
} from '@bandweave/image';
import { createGeoTiff, type GeoTiffWriteOptions } from '@bandweave/io';

/** Writes the file whole, or not at all. */
export async function writeRaster(
  path: string,
  { raster, info }: { readonly raster: Raster; readonly info: RasterInfo },
  options: GeoTiffWriteOptions = {},
): Promise<void> {
  const { bands, height, width } = raster;
  const sink = await createGeoTiff(path, { ...info, bands, height, width }, options);
  try {
    await sink.write({ row: 0, col: 0, height, width }, inType(raster, info));
    await sink.finish();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Rounded and clamped for whole numbers; empty pixels take the nodata value where there is one. */
function inType(raster: Raster, { dataType, nodata }: RasterInfo): Raster {
  const { data, mask, height, width } = raster;
  const size = height * width;
  const out = allocate(dataType, data.length);
  const convert = conversion(dataType);
  for (let i = 0; i < data.length; i++) {
    const empty = mask !== undefined && nodata !== undefined && mask[i % size] === 0;
    out[i] = empty ? nodata : convert(data[i]!);
  }
  return { ...raster, data: out };
}

function conversion(dataType: DataType): (value: number) => number {
  const { kind, min, max } = DATA_TYPES[dataType];
  if (kind === 'float') return (value) => value;
  return (value) => Math.min(max, Math.max(min, Math.round(value)));
}
