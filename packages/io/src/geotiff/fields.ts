/** The tags of an image that is written: storage, georeference, and what GDAL keeps beside it. */

import { DATA_TYPES, type RasterInfo } from '@bandweave/image';
import { interpretColors } from './colors.js';
import { KEY } from './crs.js';
import type { Grid } from './grid.js';
import type { Field } from './ifd-write.js';
import { formatMetadata, type MetadataItem } from './metadata-xml.js';
import { PHOTOMETRIC, TAG, TEXT_TAGS } from './tags.js';
import { wavelengthItems } from './wavelengths.js';
import type { Coded } from './write-options.js';

const COMPRESSION = { none: 1, lzw: 5, deflate: 8, zstd: 50000 } as const;
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const DOUBLE = 12;
const LONG8 = 16;

export interface StoredImage {
  readonly grid: Grid;
  /** Bits a sample: 1 for masks. */
  readonly bits: number;
  /** TIFF's NewSubfileType. */
  readonly subfile: number;
  readonly offsets: ArrayLike<number>;
  readonly byteCounts: ArrayLike<number>;
}

/** Tags of how and where the blocks are stored. */
export function storageFields(image: StoredImage, coded: Coded): Field[] {
  const { grid, bits, subfile, offsets, byteCounts } = image;
  const { kind } = DATA_TYPES[grid.dataType];
  const format = kind === 'unsigned' ? 1 : kind === 'signed' ? 2 : 3;
  const repeated = (value: number) => new Array<number>(grid.bands).fill(value);
  const fields: Field[] = [
    { tag: TAG.newSubfileType, type: LONG, values: [subfile] },
    { tag: TAG.imageWidth, type: LONG, values: [grid.width] },
    { tag: TAG.imageLength, type: LONG, values: [grid.height] },
    { tag: TAG.bitsPerSample, type: SHORT, values: repeated(bits) },
    { tag: TAG.compression, type: SHORT, values: [COMPRESSION[coded.compression]] },
    { tag: TAG.samplesPerPixel, type: SHORT, values: [grid.bands] },
    { tag: TAG.planarConfiguration, type: SHORT, values: [grid.perBlock < grid.bands ? 2 : 1] },
    { tag: TAG.tileWidth, type: SHORT, values: [grid.tile] },
    { tag: TAG.tileLength, type: SHORT, values: [grid.tile] },
    { tag: TAG.tileOffsets, type: LONG8, values: offsets },
    { tag: TAG.tileByteCounts, type: LONG, values: byteCounts },
    { tag: TAG.sampleFormat, type: SHORT, values: repeated(format) },
  ];
  if (coded.predictor !== 1) {
    fields.push({ tag: TAG.predictor, type: SHORT, values: [coded.predictor] });
  }
  return fields;
}

/** Tags of a 1-bit mask besides its storage. */
export function maskFields(): Field[] {
  return [{ tag: TAG.photometric, type: SHORT, values: [PHOTOMETRIC.mask] }];
}

/** Tags of what the bands show; full size and overviews bear them alike. */
export function colorFields(info: RasterInfo): Field[] {
  const { photometric, extraSamples } = photometry(info);
  const fields: Field[] = [{ tag: TAG.photometric, type: SHORT, values: [photometric] }];
  if (extraSamples.length > 0) {
    fields.push({ tag: TAG.extraSamples, type: SHORT, values: extraSamples });
  }
  if (photometric === PHOTOMETRIC.palette) {
    fields.push({ tag: TAG.colorMap, type: SHORT, values: info.palette as readonly number[] });
  }
  if (info.nodata !== undefined) {
    fields.push({ tag: TAG.gdalNodata, type: ASCII, values: formatNodata(info.nodata) });
  }
  return fields;
}

function photometry({ bands, colors, palette, dataType }: RasterInfo) {
  const rgb = colors[0] === 'red' && colors[1] === 'green' && colors[2] === 'blue';
  const indexed =
    bands === 1 &&
    colors[0] === 'palette' &&
    (dataType === 'uint8' || dataType === 'uint16') &&
    palette?.length === 3 * (dataType === 'uint8' ? 256 : 65536);
  const photometric = rgb
    ? PHOTOMETRIC.rgb
    : indexed
      ? PHOTOMETRIC.palette
      : PHOTOMETRIC.minIsBlack;
  const extraSamples = colors.slice(rgb ? 3 : 1).map((color) => (color === 'alpha' ? 2 : 0));
  return { photometric, extraSamples };
}

function formatNodata(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

/** Tags that only the full-size image bears: place, RPC, texts, GDAL's XML. */
export function descriptiveFields(info: RasterInfo): Field[] {
  const fields: Field[] = [...placeFields(info), ...keyFields(info)];
  if (info.rpc) fields.push({ tag: TAG.rpcCoefficients, type: DOUBLE, values: info.rpc });
  for (const [name, tag] of Object.entries(TEXT_TAGS)) {
    const text = info.metadata[name];
    if (text) fields.push({ tag, type: ASCII, values: text });
  }
  const xml = formatMetadata(metadataItems(info));
  if (xml !== '') fields.push({ tag: TAG.gdalMetadata, type: ASCII, values: xml });
  return fields;
}

function metadataItems(info: RasterInfo): MetadataItem[] {
  const items: MetadataItem[] = [];
  for (const [name, value] of Object.entries(info.metadata)) {
    if (!(name in TEXT_TAGS)) items.push({ name, value });
  }
  const { photometric, extraSamples } = photometry(info);
  const implied = interpretColors({
    bands: info.bands,
    photometric,
    extraSamples: extraSamples.length > 0 ? extraSamples : undefined,
    stated: [],
  });
  for (let sample = 0; sample < info.bands; sample++) {
    const add = (name: string, value: string, role: string) =>
      items.push({ name, value, sample, role });
    if (info.bandNames[sample]) add('DESCRIPTION', info.bandNames[sample], 'description');
    if (info.scales || info.offsets) {
      add('OFFSET', String(info.offsets?.[sample] ?? 0), 'offset');
      add('SCALE', String(info.scales?.[sample] ?? 1), 'scale');
    }
    items.push(...wavelengthItems(info, sample));
    const unit = info.units?.[sample];
    if (unit) add('UNITTYPE', unit, 'unittype');
    const color = info.colors[sample];
    if (color !== implied[sample] && color !== 'palette') {
      add('COLORINTERP', color[0].toUpperCase() + color.slice(1), 'colorinterp');
    }
  }
  return items;
}

function placeFields({ transform, gcps, areaOrPoint }: RasterInfo): Field[] {
  const half = areaOrPoint === 'point' ? 0.5 : 0;
  if (transform) {
    const [a, b, c, d, e, f] = transform;
    const x = c + half * (a + b);
    const y = f + half * (d + e);
    if (b === 0 && d === 0 && a > 0 && e < 0) {
      return [
        { tag: TAG.modelPixelScale, type: DOUBLE, values: [a, -e, 0] },
        { tag: TAG.modelTiepoint, type: DOUBLE, values: [0, 0, 0, x, y, 0] },
      ];
    }
    const matrix = [a, b, 0, x, d, e, 0, y, 0, 0, 0, 0, 0, 0, 0, 1];
    return [{ tag: TAG.modelTransformation, type: DOUBLE, values: matrix }];
  }
  if (!gcps || gcps.length === 0) return [];
  const ties = gcps.flatMap(([col, row, x, y, z = 0]) => [col - half, row - half, 0, x, y, z]);
  return [{ tag: TAG.modelTiepoint, type: DOUBLE, values: ties }];
}

/** The keys as they came, with the raster type that fits the transform written beside them. */
function keyFields({ crs, areaOrPoint, transform, gcps }: RasterInfo): Field[] {
  if (!crs && !transform && !gcps && areaOrPoint === 'area') return [];
  const rasterType = [KEY.rasterType, 0, 1, areaOrPoint === 'point' ? 2 : 1];
  const given = crs?.geoKeys?.directory ?? keysOf(crs?.epsg);
  const keys: number[][] = [rasterType];
  for (let i = 4; i + 4 <= given.length && i <= 4 * given[3]; i += 4) {
    if (given[i] !== KEY.rasterType) keys.push(given.slice(i, i + 4));
  }
  keys.sort((a, b) => a[0] - b[0]);
  const head = [given[0] ?? 1, given[1] ?? 1, given[2] ?? 0, keys.length];
  const fields: Field[] = [
    { tag: TAG.geoKeyDirectory, type: SHORT, values: [...head, ...keys.flat()] },
  ];
  const { doubles = [], ascii = '' } = crs?.geoKeys ?? {};
  if (doubles.length > 0) fields.push({ tag: TAG.geoDoubleParams, type: DOUBLE, values: doubles });
  if (ascii !== '') fields.push({ tag: TAG.geoAsciiParams, type: ASCII, values: ascii });
  return fields;
}

/** Keys for a bare EPSG code: those from 4000 to 4999 are geographic systems. */
function keysOf(epsg: number | undefined): number[] {
  if (epsg === undefined) return [];
  const geographic = epsg >= 4000 && epsg < 5000;
  const code = geographic ? KEY.geodeticCrs : KEY.projectedCrs;
  return [1, 1, 0, 2, KEY.modelType, 0, 1, geographic ? 2 : 1, code, 0, 1, epsg];
}
