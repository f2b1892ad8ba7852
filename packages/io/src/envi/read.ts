/** ENVI rasters: a text header beside the samples, in any interleave and byte order. */

import { stat } from 'node:fs/promises';
import { DATA_TYPES, InputError, type RasterInfo, type RasterSource } from '@bandweave/image';
import { arrayRaster } from '../arrays/array-raster.js';
import { stridedArray } from '../arrays/strided-array.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { openFile } from '../bytes/file.js';
import { maskFromNodata } from '../geotiff/mask.js';
import { type EnviHeader, LONGEST_HEADER, listOf, parseHeader, wholeNumber } from './header.js';
import { readCrs, readTransform } from './map-info.js';
import { INTERLEAVES, type Interleave, stridesOf, TYPES } from './types.js';

const DATA_ENDINGS = ['', '.img', '.dat', '.raw', '.bin', '.bsq', '.bil', '.bip', '.cub'];
const MOST_SIDE = 2 ** 24;
const MOST_BANDS = 65535;

/** The header that belongs to a data file: `x.img` has `x.hdr` or `x.img.hdr`. */
export async function findHeader(path: string): Promise<string | undefined> {
  const stem = path.replace(/\.[^./\\]+$/, '');
  for (const candidate of [`${path}.hdr`, `${stem}.hdr`]) {
    if (candidate !== path && (await isFile(candidate))) return candidate;
  }
  return undefined;
}

/** Opens header and samples; `data` where the samples were named and not the header. */
export async function openEnvi(headerPath: string, data?: string): Promise<RasterSource> {
  const text = await readHeader(headerPath);
  const header = parseHeader(headerPath, text);
  const bytes = await openFile(data ?? (await findData(headerPath)));
  try {
    return enviSource(headerPath, header, bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function readHeader(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    if (file.size > LONGEST_HEADER) {
      throw new InputError(`${path}: expected a header below 4 MiB, got ${file.size} bytes.`);
    }
    return new TextDecoder('latin1').decode(await file.read(0, file.size));
  } finally {
    await file.close();
  }
}

async function findData(header: string): Promise<string> {
  const stem = header.replace(/\.hdr$/i, '');
  for (const ending of DATA_ENDINGS) {
    if (stem + ending !== header && (await isFile(stem + ending))) return stem + ending;
  }
  throw new InputError(
    `${header}: expected its samples in ${stem} or ${stem}.img, got no such file; put them beside the header.`,
  );
}

function enviSource(name: string, header: EnviHeader, bytes: ByteSource): RasterSource {
  const number = (key: string, most: number, absent?: number) =>
    wholeNumber(name, header, { key, least: 1, most, ...(absent ? { absent } : {}) });
  const width = number('samples', MOST_SIDE);
  const height = number('lines', MOST_SIDE);
  const bands = number('bands', MOST_BANDS, 1);
  const most = Number.MAX_SAFE_INTEGER;
  const offset = wholeNumber(name, header, { key: 'header offset', least: 0, most, absent: 0 });
  const code = header.get('data type') ?? 'none';
  const dataType = TYPES[Number(code)];
  if (!dataType) {
    throw new InputError(
      `${name}: expected 'data type' ${Object.keys(TYPES).join(', ')}, got ${code}; convert it with gdal_translate -ot Float32.`,
    );
  }
  const interleave = (header.get('interleave') ?? 'bsq').toLowerCase() as Interleave;
  if (!INTERLEAVES.includes(interleave)) {
    throw new InputError(
      `${name}: expected 'interleave' bsq, bil or bip, got ${interleave}; correct the header.`,
    );
  }
  if (header.get('file compression') === '1') {
    throw new InputError(
      `${name}: expected samples that are not compressed, got 'file compression = 1'; unpack them.`,
    );
  }
  const needed = offset + bands * height * width * DATA_TYPES[dataType].bytes;
  if (!Number.isSafeInteger(needed) || needed > bytes.size) {
    throw new InputError(
      `${name}: expected ${needed} bytes in ${bytes.name}, got ${bytes.size}; the file has been cut short or the header is another's.`,
    );
  }
  const strides = stridesOf(interleave, { bands, height, width });
  const array = stridedArray('data', bytes, {
    offset,
    dataType,
    order: header.get('byte order') === '1' ? 'big' : 'little',
    shape: [bands, height, width],
    strides: [strides.band, strides.row, strides.col],
  });
  const file = {
    driver: 'ENVI',
    arrays: [array],
    passedOver: [],
    metadata: {},
    close: () => bytes.close(),
  };
  const plain = arrayRaster(name, file, { array: 'data', layout: 'chw' });
  const info = enviInfo(header, plain.info);
  return {
    ...plain,
    info,
    async read(window, options) {
      const raster = await plain.read(window, options);
      if (info.nodata === undefined) return raster;
      const mask = maskFromNodata(raster.data, info.nodata, raster.height * raster.width);
      return mask ? { ...raster, mask } : raster;
    },
  };
}

function enviInfo(header: EnviHeader, plain: RasterInfo): RasterInfo {
  const { bands } = plain;
  const perBand = (key: string) => {
    const values = listOf(header, key);
    return values.length === bands ? values : undefined;
  };
  const micrometres = /^micro|^um$/i.test(header.get('wavelength units') ?? '');
  const nanometres = (values: string[] | undefined) =>
    values?.map((value) => (micrometres ? 1000 : 1) * Number(value));
  const wavelengths = nanometres(perBand('wavelength'));
  const bandWidths = nanometres(perBand('fwhm'));
  const good = perBand('bbl')?.map((value) => Number(value) !== 0);
  const scales = perBand('data gain values')?.map(Number);
  const offsets = perBand('data offset values')?.map(Number);
  const ignored = header.get('data ignore value');
  const nodata = ignored === undefined ? undefined : Number(ignored);
  const transform = readTransform(header);
  const crs = readCrs(header);
  const description = header.get('description');
  const sensor = header.get('sensor type');
  const known = nodata !== undefined && (Number.isFinite(nodata) || /nan/i.test(ignored ?? ''));
  return {
    ...plain,
    ...(transform ? { transform } : {}),
    ...(crs ? { crs } : {}),
    ...(known ? { nodata: nodata as number, maskKind: 'nodata' as const } : {}),
    bandNames: perBand('band names') ?? plain.bandNames,
    ...(wavelengths ? { wavelengths } : {}),
    ...(bandWidths ? { bandWidths } : {}),
    ...(good ? { goodBands: good } : {}),
    ...(scales ? { scales } : {}),
    ...(offsets ? { offsets } : {}),
    metadata: {
      ...(description ? { description } : {}),
      ...(sensor ? { 'sensor type': sensor } : {}),
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
