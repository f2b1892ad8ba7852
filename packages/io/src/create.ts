/** Starts a raster file in the format that its name asks for. */

import { extname } from 'node:path';
import { InputError, type RasterInfo, type RasterSink } from '@bandweave/image';
import { createEnvi, enviPaths } from './envi/write.js';
import { createGeoTiff } from './geotiff/sink.js';
import type { GeoTiffWriteOptions } from './geotiff/write-options.js';
import { createHdf5 } from './hdf5/write.js';
import { createMat5 } from './mat/write.js';
import { createNpy } from './npy/npy.js';

export interface CreateOptions extends GeoTiffWriteOptions {
  /** Of ENVI: 'bsq' by default. */
  readonly enviInterleave?: 'bsq' | 'bil' | 'bip';
}

type Create = (path: string, info: RasterInfo, options: CreateOptions) => Promise<RasterSink>;

const envi: Create = (path, info, { enviInterleave }) =>
  createEnvi(path, info, enviInterleave ? { interleave: enviInterleave } : {});

const WRITERS: Readonly<Record<string, Create>> = {
  '.tif': createGeoTiff,
  '.tiff': createGeoTiff,
  '.hdr': envi,
  '.img': envi,
  '.npy': (path, info) => createNpy(path, info),
  '.mat': (path, info) => createMat5(path, info),
  '.h5': (path, info) => createHdf5(path, info),
};

/** Endings of names that `createRaster` takes. */
export const RASTER_ENDINGS: readonly string[] = Object.keys(WRITERS);

/** The files that come to be for an output of that name: ENVI makes two. */
export function rasterFiles(path: string): readonly string[] {
  const ending = extname(path).toLowerCase();
  if (ending !== '.hdr' && ending !== '.img') return [path];
  const { header, data } = enviPaths(path);
  return [header, data];
}

/** A sink in the format of the name's ending; an InputError for another ending. */
export function createRaster(
  path: string,
  info: RasterInfo,
  options: CreateOptions = {},
): Promise<RasterSink> {
  const writer = WRITERS[extname(path).toLowerCase()];
  if (writer) return writer(path, info, options);
  throw new InputError(
    `${path}: expected a name that ends in ${RASTER_ENDINGS.join(', ')}, got ${extname(path) || 'none'}; change the output's name.`,
  );
}
