/** Cuts a window out of a raster file into a GeoTIFF of its own. */

import type { RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';

/** The upper left part of a file as a file of its own. */
export async function cropFile(
  from: string,
  to: string,
  { height, width }: { readonly height: number; readonly width: number },
): Promise<void> {
  const source = await openRaster(from);
  if (source.info.width < width || source.info.height < height) {
    throw new Error(`crop: expected ${from} of at least ${height} x ${width} pixels.`);
  }
  const info: RasterInfo = { ...source.info, width, height, blockSize: [256, 256] };
  const window = { row: 0, col: 0, height, width };
  const sink = await createGeoTiff(to, info);
  await sink.write(window, await source.read(window));
  await sink.finish();
  await source.close();
}
