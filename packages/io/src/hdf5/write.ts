/** A raster as the data set `data` of an HDF5 file: [bands, rows, columns], in packed chunks. */

import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type DataType,
  dataTypeOf,
  InputError,
  type RasterInfo,
  type RasterSink,
} from '@bandweave/image';
import { cannotWrite } from '../geotiff/block-store.js';
import { checkWindow } from '../windows.js';
import { mountHdf5 } from './mount.js';

/** Codes of numpy's struct notation, as the library wants them. */
const CODES: Readonly<Record<DataType, string>> = {
  uint8: '<B',
  int8: '<b',
  uint16: '<H',
  int16: '<h',
  uint32: '<I',
  int32: '<i',
  float32: '<f',
  float64: '<d',
};

const CHUNK = 256;

/** Starts the file under a temporary name; wavelengths and band names become attributes. */
export async function createHdf5(path: string, info: RasterInfo): Promise<RasterSink> {
  const { bands, height, width, dataType } = info;
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const mounted = await mountHdf5(temporary, 'create');
  const shape = [bands, height, width];
  const data = mounted.file.create_dataset({
    name: 'data',
    data: new Float32Array(0) as never,
    shape: [0, 0, 0],
    maxshape: [null, null, null],
    dtype: CODES[dataType],
    chunks: [1, Math.min(CHUNK, height), Math.min(CHUNK, width)],
    compression: 'gzip',
    compression_opts: [4],
  });
  data.resize(shape);
  if (info.wavelengths)
    data.create_attribute('wavelengths_nm', Float64Array.from(info.wavelengths));
  if (info.bandNames.some((name) => name !== '')) {
    data.create_attribute('band_names', [...info.bandNames]);
  }
  if (info.transform) data.create_attribute('transform', Float64Array.from(info.transform));
  if (info.crs?.epsg !== undefined) data.create_attribute('epsg', info.crs.epsg);
  if (info.nodata !== undefined) data.create_attribute('nodata', info.nodata);
  return {
    name: path,
    info,
    async write(window, raster) {
      checkWindow(path, info, window);
      if (dataTypeOf(raster.data) !== dataType || raster.bands !== bands) {
        throw new InputError(
          `${path}: expected ${bands} bands of ${dataType}, got ${raster.bands} of ${dataTypeOf(raster.data)}; convert the window first.`,
        );
      }
      const { row, col } = window;
      const box = [
        [0, bands],
        [row, row + window.height],
        [col, col + window.width],
      ] as [number, number][];
      data.write_slice(box, raster.data);
    },
    async finish() {
      mounted.close();
      await rename(temporary, path).catch(cannotWrite(path));
    },
    async abort() {
      mounted.close();
      await rm(temporary, { force: true });
    },
  };
}
