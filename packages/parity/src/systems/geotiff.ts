/** GeoTIFF files against what GDAL says of them, on reading and again after writing them. */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster, RasterInfo } from '@bandweave/image';
import { affine } from '@bandweave/image';
import {
  createGeoTiff,
  type GeoTiffWriteOptions,
  type OpenedRaster,
  openRaster,
} from '@bandweave/io';
import type { Runner } from '../case.js';

/** What case.json holds for a file: GDAL's answers, absent fields are not compared. */
interface Expected {
  readonly note?: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dtype: string;
  readonly block?: readonly [number, number];
  readonly interleave?: string;
  readonly compression?: string | null;
  readonly layout?: string | null;
  readonly geotransform?: readonly number[] | null;
  readonly epsg?: string | null;
  readonly nodata?: number | string | null;
  readonly mask_valid_pixels?: number;
  readonly overviews?: readonly (readonly [number, number])[];
  readonly descriptions?: readonly string[];
  readonly scale_offset?: readonly (readonly [number, number])[] | null;
  readonly color_interpretation?: readonly string[];
  readonly area_or_point?: string | null;
  readonly gcps?: number;
  readonly rpc?: boolean;
  readonly md5_pixels_bsq_native_little_endian?: string;
  readonly mean?: readonly (number | null)[];
  readonly sample_row_col_values?: readonly [number, number, readonly (number | null)[]][];
}

const DTYPES: Readonly<Record<string, string>> = {
  Byte: 'uint8',
  Int8: 'int8',
  UInt16: 'uint16',
  Int16: 'int16',
  UInt32: 'uint32',
  Int32: 'int32',
  Float32: 'float32',
  Float64: 'float64',
};

interface Limits {
  readonly geotransform: number;
  readonly lossy: number;
}

/** One complaint a field that differs; empty where all agree. */
export async function disagreements(
  source: OpenedRaster,
  expected: Expected,
  { limits, stored }: { limits: Limits; stored: boolean },
): Promise<string[]> {
  const { info } = source;
  const whole = { row: 0, col: 0, height: info.height, width: info.width };
  const raster = await source.read(whole);
  return [
    ...infoDisagreements(info, expected, limits),
    ...(stored ? storageDisagreements(source, expected) : []),
    ...pixelDisagreements(raster, expected, limits),
    ...(await maskDisagreements(source, expected)),
  ];
}

function infoDisagreements(info: RasterInfo, expected: Expected, limits: Limits): string[] {
  const found: string[] = [];
  const same = (field: string, got: unknown, wanted: unknown) => {
    if (wanted === undefined || JSON.stringify(got) === JSON.stringify(wanted)) return;
    found.push(`${field}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  };
  same(
    'size',
    [info.width, info.height, info.bands],
    [expected.width, expected.height, expected.bands],
  );
  same('dtype', info.dataType, DTYPES[expected.dtype] ?? expected.dtype);
  const gcps = info.gcps?.length ?? 0;
  same('gcps', gcps, expected.gcps);
  // GDAL tells the system of ground control points apart from the raster's own.
  const epsg = gcps > 0 || info.crs?.epsg === undefined ? null : String(info.crs.epsg);
  same('epsg', epsg, expected.epsg);
  same(
    'nodata',
    info.nodata === undefined ? null : String(info.nodata).toLowerCase(),
    expected.nodata === null || expected.nodata === undefined
      ? expected.nodata
      : String(expected.nodata).toLowerCase(),
  );
  same('descriptions', info.bandNames, expected.descriptions);
  const scaled = info.scales
    ? info.scales.map((scale, b) => [scale, info.offsets?.[b] ?? 0])
    : null;
  same('scale_offset', scaled, expected.scale_offset);
  same(
    'color_interpretation',
    info.colors,
    expected.color_interpretation?.map((color) => color.toLowerCase()),
  );
  same('area_or_point', info.areaOrPoint, (expected.area_or_point ?? 'area').toLowerCase());
  same('rpc', info.rpc !== undefined, expected.rpc);
  const wanted = expected.geotransform;
  if (wanted !== undefined) {
    const got = info.transform ? affine.toGdal(info.transform) : null;
    const close =
      got === null || wanted === null
        ? got === wanted
        : got.every(
            (value, i) => Math.abs(value - wanted[i]) <= limits.geotransform * Math.abs(wanted[i]),
          );
    if (!close) found.push(`geotransform: expected ${wanted}, got ${got}`);
  }
  return found;
}

function storageDisagreements({ info, details }: OpenedRaster, expected: Expected): string[] {
  const found: string[] = [];
  const same = (field: string, got: unknown, wanted: unknown) => {
    if (wanted === undefined || JSON.stringify(got) === JSON.stringify(wanted)) return;
    found.push(`${field}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  };
  same('block', [info.blockSize[1], info.blockSize[0]], expected.block);
  if (info.bands > 1) same('interleave', details?.interleave.toUpperCase(), expected.interleave);
  const compression = expected.compression?.replace('YCbCr ', '').toLowerCase() ?? 'none';
  same('compression', details?.compression, compression);
  if (expected.layout !== undefined) same('layout', details?.cog ? 'COG' : null, expected.layout);
  const overviews = details?.overviews.map(([height, width]) => [width, height]);
  same('overviews', overviews, expected.overviews);
  return found;
}

function pixelDisagreements(raster: Raster, expected: Expected, limits: Limits): string[] {
  const { data, height, width, bands } = raster;
  const found: string[] = [];
  const size = height * width;
  const exact = limits.lossy === 0;
  const wanted = expected.md5_pixels_bsq_native_little_endian;
  if (exact && wanted !== undefined) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const md5 = createHash('md5').update(bytes).digest('hex');
    if (md5 !== wanted) found.push(`pixels: expected md5 ${wanted}, got ${md5}`);
  }
  for (let band = 0; band < bands; band++) {
    const mean = expected.mean?.[band];
    if (typeof mean !== 'number') continue;
    const got = meanOf(data.subarray(band * size, (band + 1) * size));
    const limit = exact ? 1e-6 * Math.abs(mean) : limits.lossy;
    if (!(Math.abs(got - mean) <= limit)) {
      found.push(`mean of band ${band + 1}: expected ${mean}, got ${got}`);
    }
  }
  if (!exact) return found;
  for (const [row, col, values] of expected.sample_row_col_values ?? []) {
    values.forEach((value, band) => {
      const got = data[band * size + row * width + col];
      if (value === null ? Number.isNaN(got) : got === value) return;
      found.push(`band ${band + 1} at row ${row}, column ${col}: expected ${value}, got ${got}`);
    });
  }
  return found;
}

/** The mean of what is a number. */
function meanOf(samples: Raster['data']): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    if (Number.isNaN(sample)) continue;
    sum += sample;
    count++;
  }
  return sum / count;
}

/** GDAL's figure is that of the first band. */
async function maskDisagreements(source: OpenedRaster, expected: Expected): Promise<string[]> {
  const { height, width } = source.info;
  const wanted = expected.mask_valid_pixels;
  if (wanted === undefined) return [];
  const { mask } = await source.read({ row: 0, col: 0, height, width }, { bands: [0] });
  const valid = mask ? mask.reduce((sum, value) => sum + value, 0) : height * width;
  return valid === wanted ? [] : [`mask_valid_pixels: expected ${wanted}, got ${valid}`];
}

/** JPEG's rounding differs between decoders: such a file is compared by its means. */
function limitsFor(expected: Expected, geotransform: number): Limits {
  const lossy = /jpeg|webp/i.test(expected.compression ?? '') || /lossy/i.test(expected.note ?? '');
  return { geotransform, lossy: lossy ? 1 : 0 };
}

/** The ways in which each file is written back. */
const WAYS: readonly GeoTiffWriteOptions[] = [
  { tile: 32, compression: 'deflate' },
  { tile: 16, compression: 'lzw', interleave: 'band', bigTiff: 'yes' },
  { tile: 64, cog: true },
];

/** Writes the raster with our writer, window by window. */
async function rewrite(source: OpenedRaster, path: string, options: GeoTiffWriteOptions) {
  const { info } = source;
  const sink = await createGeoTiff(path, info, options);
  for (let row = 0; row < info.height; row += 40) {
    const height = Math.min(40, info.height - row);
    const window = { row, col: 0, height, width: info.width };
    await sink.write(window, await source.read(window));
  }
  await sink.finish();
}

async function judgeFile(folder: string, name: string, expected: Expected, limits: Limits) {
  const scratch = await mkdtemp(join(tmpdir(), 'bandweave-parity-'));
  const source = await openRaster(join(folder, `${name}.tif`));
  try {
    const found = await disagreements(source, expected, { limits, stored: true });
    for (const [i, options] of WAYS.entries()) {
      const path = join(scratch, `${i}.tif`);
      await rewrite(source, path, options);
      const copy = await openRaster(path);
      try {
        const again = await disagreements(copy, expected, { limits, stored: false });
        found.push(...again.map((line) => `written ${JSON.stringify(options)}: ${line}`));
      } finally {
        await copy.close();
      }
    }
    return found;
  } finally {
    await source.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

export const runGeotiff: Runner = async ({ folder, json }) => {
  const complaints: string[] = [];
  const files = Object.entries<Expected>(json.files);
  for (const [name, expected] of files) {
    const limits = limitsFor(expected, json.tolerance?.geotransform_rel ?? 1e-12);
    const found = await judgeFile(folder, name, expected, limits).catch((error: Error) => [
      error.message,
    ]);
    complaints.push(...found.map((line) => `${name}: ${line}`));
  }
  const summary = `${files.length} files read, and written in ${WAYS.length} ways`;
  const note = complaints.length > 0 ? complaints.slice(0, 8).join('; ') : summary;
  return { error: complaints.length, tolerance: 0, note };
};
