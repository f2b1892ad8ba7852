/** Gathers the RasterInfo of a TIFF image from its tags. */

import type { MaskKind, RasterInfo } from '@bandweave/image';
import { interpretColors } from './colors.js';
import { readGeoKeys } from './crs.js';
import { readGeoreference } from './georeference.js';
import type { Directory } from './ifd-read.js';
import type { Layout } from './layout.js';
import { type MetadataItem, parseMetadata } from './metadata-xml.js';
import { TAG, TEXT_TAGS } from './tags.js';
import { readWavelengths } from './wavelengths.js';

/** What GDAL writes into its XML for itself, and states again by other means. */
const SET_ELSEWHERE = new Set(['AREA_OR_POINT']);

/** Everything but the pixels. `masked` is true where the file has an internal mask. */
export async function readInfo(
  directory: Directory,
  layout: Layout,
  masked: boolean,
): Promise<RasterInfo> {
  const { width, height, samples, dataType, bits, half, photometric } = layout;
  const items = parseMetadata((await directory.text(TAG.gdalMetadata)) ?? '');
  const perBand = <T>(role: string, parse: (value: string) => T): (T | undefined)[] => {
    const values: (T | undefined)[] = new Array(samples).fill(undefined);
    for (const { sample, role: itsRole, value } of items) {
      if (itsRole === role && sample !== undefined && sample < samples)
        values[sample] = parse(value);
    }
    return values;
  };
  const { crs, areaOrPoint } = await readGeoKeys(directory);
  const { transform, gcps } = await readGeoreference(directory, areaOrPoint);
  const nodata = parseNodata(await directory.text(TAG.gdalNodata));
  const scales = perBand('scale', Number);
  const offsets = perBand('offset', Number);
  const scaled = [...scales, ...offsets].some((value) => value !== undefined);
  const names = perBand('description', (value) => value);
  const units = perBand('unittype', (value) => value);
  const colors = interpretColors({
    bands: samples,
    photometric,
    extraSamples: directory.has(TAG.extraSamples)
      ? [...(await directory.numbers(TAG.extraSamples, 65535))]
      : undefined,
    stated: perBand('colorinterp', (value) => value),
  });
  const rpc = await directory.numbers(TAG.rpcCoefficients, 1024);
  const palette = await directory.numbers(TAG.colorMap, 3 * 65536);
  const whole = [8, 16, 32, 64].includes(bits);
  return {
    width,
    height,
    bands: samples,
    dataType,
    ...(whole || half ? {} : { bits }),
    ...(transform ? { transform } : {}),
    ...(crs ? { crs } : {}),
    ...(nodata === undefined ? {} : { nodata }),
    maskKind: maskKind({ masked, nodata, colors, dataType }),
    bandNames: names.map((name) => name ?? ''),
    colors,
    blockSize: layout.stated,
    ...(scaled
      ? { scales: scales.map((value) => value ?? 1), offsets: offsets.map((value) => value ?? 0) }
      : {}),
    ...(units.some(Boolean) ? { units: units.map((unit) => unit ?? '') } : {}),
    ...readWavelengths(items, samples),
    areaOrPoint,
    ...(rpc.length === 92 ? { rpc: [...rpc] } : {}),
    ...(gcps ? { gcps } : {}),
    ...(palette.length > 0 ? { palette: [...palette] } : {}),
    metadata: await readMetadata(directory, items),
  };
}

/** GDAL's text for nodata; undefined where it is absent or no number. */
function parseNodata(text: string | undefined): number | undefined {
  const trimmed = text?.trim().toLowerCase();
  if (!trimmed) return undefined;
  if (/^[-+]?nan/.test(trimmed)) return Number.NaN;
  if (/^[-+]?inf/.test(trimmed)) {
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const value = Number(trimmed);
  return Number.isNaN(value) ? undefined : value;
}

function maskKind(facts: {
  masked: boolean;
  nodata: number | undefined;
  colors: readonly string[];
  dataType: string;
}): MaskKind {
  const { masked, nodata, colors, dataType } = facts;
  if (masked) return 'mask';
  if (nodata !== undefined) return 'nodata';
  // As GDAL: an alpha band counts only beside one or three others of 8 or 16 bits.
  const pair = colors.length === 2 || colors.length === 4;
  const integer = dataType === 'uint8' || dataType === 'uint16';
  return pair && integer && colors.at(-1) === 'alpha' ? 'alpha' : 'none';
}

async function readMetadata(
  directory: Directory,
  items: readonly MetadataItem[],
): Promise<Record<string, string>> {
  const metadata: Record<string, string> = {};
  for (const [name, tag] of Object.entries(TEXT_TAGS)) {
    const text = await directory.text(tag);
    if (text) metadata[name] = text;
  }
  for (const { name, value, sample, role, domain } of items) {
    const free = sample === undefined && role === undefined && !domain;
    if (free && !SET_ELSEWHERE.has(name)) metadata[name] = value;
  }
  return metadata;
}
