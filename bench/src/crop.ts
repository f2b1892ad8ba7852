/** Cuts a window out of a raster file into a GeoTIFF of its own. */

import type { RasterInfo, Transform } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';

interface Part {
  /** 0 by default. */
  readonly row?: number;
  readonly col?: number;
  readonly height: number;
  readonly width: number;
}

/** A part of a file, upper left by default, as a file of its own. */
export async function cropFile(
  from: string,
  to: string,
  { row = 0, col = 0, height, width }: Part,
): Promise<void> {
  const source = await openRaster(from);
  if (source.info.width < col + width || source.info.height < row + height) {
    throw new Error(`crop: expected ${from} of at least ${row + height} x ${col + width} pixels.`);
  }
  const { transform, ...rest } = source.info;
  const info: RasterInfo = { ...rest, width, height, blockSize: [256, 256] };
  const sink = await createGeoTiff(to, transform ? { ...info, transform: moved(transform) } : info);
  const raster = await source.read({ row, col, height, width });
  await sink.write({ row: 0, col: 0, height, width }, raster);
  await sink.finish();
  await source.close();

  function moved([a, b, c, d, e, f]: Transform): Transform {
    return [a, b, c + a * col + b * row, d, e, f + d * col + e * row];
  }
}
