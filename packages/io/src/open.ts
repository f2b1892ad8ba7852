/** Opens a raster by path or address, whatever readable format it has. */

import { InputError, type RasterSource } from '@bandweave/image';
import { arrayRaster } from './arrays/array-raster.js';
import { isArrayFile, openArrays } from './arrays/open-arrays.js';
import { pickBands } from './band-subset.js';
import type { ByteSource } from './bytes/byte-source.js';
import { openFile } from './bytes/file.js';
import { openUrl } from './bytes/url.js';
import { isEnviHeader } from './envi/header.js';
import { findHeader, openEnvi } from './envi/read.js';
import type { GeoTiffDetails } from './geotiff/details.js';
import { isTiff } from './geotiff/ifd-read.js';
import { type GeoTiffOptions, openGeoTiff } from './geotiff/source.js';
import { pictureSource, readImage } from './picture/read.js';
import { isUrl, parseSpec, type RasterSpec } from './spec.js';

export interface OpenOptions extends GeoTiffOptions {
  /** Stops the opening; reads have a signal of their own. */
  readonly signal?: AbortSignal;
}

export interface OpenedRaster extends RasterSource {
  /** Present for GeoTIFF. */
  readonly details?: GeoTiffDetails;
  /** Name of the format where it is another than GeoTIFF. */
  readonly driver?: string;
}

/** A picture larger than this is no picture that belongs in memory. */
const MOST_PICTURE_BYTES = 1 << 30;

/**
 * Opens `FILE`, `URL` or `FILE,band=N` for reading by windows: GeoTIFF (also Big and cloud
 * optimised), ENVI, NPY, MAT and HDF5 as windows ask for it, PNG, JPEG and NPZ whole. Which array
 * of several is meant, `FILE,array=NAME,index=N,layout=chw` says.
 *
 * @throws InputError in one line where there is nothing, or nothing that can be read
 */
export async function openRaster(spec: string, options: OpenOptions = {}): Promise<OpenedRaster> {
  const parsed = parseSpec(spec);
  const { path, bands } = parsed;
  const { signal, ...readOptions } = options;
  const bytes = isUrl(path) ? await openUrl(path, signal) : await openFile(path);
  let source: OpenedRaster;
  try {
    source = await openAny(bytes, parsed, readOptions);
  } catch (error) {
    await bytes.close();
    throw error;
  }
  if (!bands) return source;
  try {
    return pickBands(source, bands);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openAny(
  bytes: ByteSource,
  spec: RasterSpec,
  options: GeoTiffOptions,
): Promise<OpenedRaster> {
  const { name, size } = bytes;
  const head = await bytes.read(0, Math.min(size, 512));
  if (isTiff(head)) return openGeoTiff(bytes, options);
  const found = recognise(head);
  if (found === 'PNG' || found === 'JPEG') {
    if (size > MOST_PICTURE_BYTES) {
      throw new InputError(
        `${name}: expected a picture below 1 GiB, got ${size} bytes; use GeoTIFF.`,
      );
    }
    const whole = await bytes.read(0, size);
    await bytes.close();
    const picture = await readImage(whole).catch((error: Error) => {
      throw new InputError(
        error.message.replace(/^picture/, () => name),
        { cause: error },
      );
    });
    return pictureSource(name, picture);
  }
  if (isArrayFile(head)) {
    const file = await openArrays(bytes, head);
    try {
      return { ...arrayRaster(name, file, spec), driver: file.driver };
    } catch (error) {
      await file.close();
      throw error;
    }
  }
  if (!isUrl(name)) {
    const own = isEnviHeader(head);
    const header = own ? name : await findHeader(name);
    if (header) {
      await bytes.close();
      return { ...(await openEnvi(header, own ? undefined : name)), driver: 'ENVI' };
    }
  }
  throw new InputError(
    `${name}: expected a GeoTIFF, ENVI, NPY, MAT, HDF5, PNG or JPEG file, got ${found}; convert it with gdal_translate IN OUT.tif.`,
  );
}

/** Names a format by its first bytes. */
function recognise(head: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(head);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (text.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (text.startsWith('\0\0\0\x0cjP  ') || text.startsWith('\xff\x4f\xff\x51')) return 'JPEG 2000';
  if (text.startsWith('CDF')) return 'netCDF';
  if (text.startsWith('NITF')) return 'NITF';
  if (text.startsWith('PK')) return 'a zip file';
  if (/^\s*(<\?xml|<VRTDataset)/.test(text)) return 'XML, perhaps a VRT';
  if (/^\s*</.test(text)) return 'a web page';
  return 'another format';
}
