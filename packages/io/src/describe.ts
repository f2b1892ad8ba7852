/** Everything that `bandweave info` says of a raster: as data, and as one screen of text. */

import { affine, type RasterInfo } from '@bandweave/image';
import type { OpenedRaster } from './open.js';

export interface RasterDescription {
  readonly name: string;
  readonly driver: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dataType: string;
  readonly bits: number | null;
  readonly crs: { readonly epsg: number | null; readonly name: string } | null;
  /** GDAL's order: x of the origin, column and row steps in x, y of the origin, steps in y. */
  readonly geotransform: readonly number[] | null;
  readonly origin: readonly [x: number, y: number] | null;
  /** Lengths of a pixel's sides in the units of the system. */
  readonly pixelSize: readonly [width: number, height: number] | null;
  readonly corners: Readonly<Record<Corner, readonly [x: number, y: number]>> | null;
  readonly areaOrPoint: 'area' | 'point';
  /** "nan" where that is the value: JSON has no number for it. */
  readonly nodata: number | string | null;
  readonly mask: string;
  readonly block: readonly [height: number, width: number];
  readonly compression: string | null;
  readonly predictor: number | null;
  readonly interleave: string | null;
  readonly cog: boolean;
  readonly bigTiff: boolean;
  readonly overviews: readonly (readonly [height: number, width: number])[];
  readonly bandNames: readonly string[];
  readonly colors: readonly string[];
  readonly scales: readonly number[] | null;
  readonly offsets: readonly number[] | null;
  readonly units: readonly string[] | null;
  /** Of each band in nanometres. */
  readonly wavelengths: readonly number[] | null;
  /** 1-based bands that the file itself calls bad. */
  readonly badBands: readonly number[];
  readonly gcps: number;
  readonly rpc: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

type Corner = 'upperLeft' | 'upperRight' | 'lowerLeft' | 'lowerRight' | 'center';

/** What is known of an open raster, ready for JSON. */
export function describe({ name, info, details, driver }: OpenedRaster): RasterDescription {
  const { width, height, bands, dataType, transform, crs, nodata } = info;
  return {
    name,
    driver: details?.driver ?? driver ?? 'picture',
    width,
    height,
    bands,
    dataType,
    bits: info.bits ?? null,
    crs: crs ? { epsg: crs.epsg ?? null, name: crs.name } : null,
    geotransform: transform ? affine.toGdal(transform) : null,
    origin: transform ? [transform[2], transform[5]] : null,
    pixelSize: transform
      ? [Math.hypot(transform[0], transform[3]), Math.hypot(transform[1], transform[4])]
      : null,
    corners: cornersOf(info),
    areaOrPoint: info.areaOrPoint,
    nodata: nodata === undefined ? null : Number.isFinite(nodata) ? nodata : spell(nodata),
    mask: info.maskKind,
    block: info.blockSize,
    compression: details?.compression ?? null,
    predictor: details?.predictor ?? null,
    interleave: details?.interleave ?? null,
    cog: details?.cog ?? false,
    bigTiff: details?.bigTiff ?? false,
    overviews: details?.overviews ?? [],
    bandNames: info.bandNames,
    colors: info.colors,
    scales: info.scales ?? null,
    offsets: info.offsets ?? null,
    units: info.units ?? null,
    wavelengths: info.wavelengths ?? null,
    badBands: (info.goodBands ?? []).flatMap((good, k) => (good ? [] : [k + 1])),
    gcps: info.gcps?.length ?? 0,
    rpc: info.rpc !== undefined,
    metadata: info.metadata,
  };
}

const spell = (value: number) => String(value).toLowerCase();

function cornersOf({ transform, width, height }: RasterInfo): RasterDescription['corners'] {
  if (!transform) return null;
  const at = (col: number, row: number) => affine.apply(transform, [col, row]);
  return {
    upperLeft: at(0, 0),
    upperRight: at(width, 0),
    lowerLeft: at(0, height),
    lowerRight: at(width, height),
    center: at(width / 2, height / 2),
  };
}

const LABELS: Readonly<Record<Corner, string>> = {
  upperLeft: 'upper left',
  upperRight: 'upper right',
  lowerLeft: 'lower left',
  lowerRight: 'lower right',
  center: 'center',
};

/** Most bands and metadata items that the text lists. */
const MOST_LINES = 16;

/** The description as lines of text for one screen. */
export function formatDescription(d: RasterDescription): string {
  const lines: [string, string][] = [
    ['file', d.name],
    ['format', formatName(d)],
    ['size', `${d.width} x ${d.height} pixels, ${d.bands} ${d.bands === 1 ? 'band' : 'bands'}`],
    ['type', d.bits === null ? d.dataType : `${d.dataType}, ${d.bits} bits`],
    ['system', systemName(d)],
  ];
  if (d.origin && d.pixelSize) {
    lines.push(['origin', pair(d.origin)], ['pixel', pair(d.pixelSize)]);
  }
  if (d.geotransform && (d.geotransform[2] !== 0 || d.geotransform[4] !== 0)) {
    lines.push(['transform', `${d.geotransform.join(', ')} (rotated)`]);
  }
  for (const [corner, label] of Object.entries(LABELS)) {
    if (d.corners) lines.push([label, pair(d.corners[corner as Corner])]);
  }
  if (d.gcps > 0) lines.push(['gcps', String(d.gcps)]);
  if (d.rpc) lines.push(['rpc', 'yes']);
  lines.push(
    ['pixel is', d.areaOrPoint],
    ['nodata', d.nodata === null ? 'none' : String(d.nodata)],
    ['mask', d.mask],
    [
      'blocks',
      `${d.block[1]} x ${d.block[0]}${d.interleave ? `, interleaved by ${d.interleave}` : ''}`,
    ],
  );
  if (d.compression) lines.push(['compression', compressionName(d)]);
  if (d.overviews.length > 0) {
    lines.push(['overviews', d.overviews.map(([h, w]) => `${w} x ${h}`).join(', ')]);
  }
  if (d.wavelengths) lines.push(['wavelengths', span(d.wavelengths)]);
  if (d.badBands.length > 0) lines.push(['bad bands', oneLine(d.badBands.join(', '))]);
  for (let band = 0; band < Math.min(d.bands, MOST_LINES); band++) {
    lines.push([`band ${band + 1}`, bandText(d, band)]);
  }
  if (d.bands > MOST_LINES) lines.push(['...', `${d.bands - MOST_LINES} more bands`]);
  const items = Object.entries(d.metadata);
  for (const [key, value] of items.slice(0, MOST_LINES)) lines.push([key, oneLine(value)]);
  if (items.length > MOST_LINES) lines.push(['...', `${items.length - MOST_LINES} more items`]);
  const width = Math.max(12, ...lines.map(([label]) => Math.min(24, label.length)));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
}

function formatName({ driver, cog, bigTiff }: RasterDescription): string {
  if (driver !== 'GTiff') return driver;
  return `${bigTiff ? 'BigTIFF' : 'GeoTIFF'}${cog ? ', cloud optimised' : ''}`;
}

function systemName({ crs }: RasterDescription): string {
  if (!crs) return 'none';
  const code = crs.epsg === null ? '' : `EPSG:${crs.epsg}`;
  return code === '' || crs.name === code ? oneLine(crs.name) : `${oneLine(crs.name)} (${code})`;
}

function compressionName({ compression, predictor }: RasterDescription): string {
  return predictor !== null && predictor > 1
    ? `${compression}, predictor ${predictor}`
    : `${compression}`;
}

function bandText(d: RasterDescription, band: number): string {
  const parts = [d.colors[band]];
  if (d.bandNames[band]) parts.push(oneLine(d.bandNames[band]));
  const scale = d.scales?.[band] ?? 1;
  const offset = d.offsets?.[band] ?? 0;
  if (scale !== 1 || offset !== 0) parts.push(`value = stored * ${scale} + ${offset}`);
  const centre = d.wavelengths?.[band];
  if (centre !== undefined && Number.isFinite(centre)) parts.push(`${centre} nm`);
  if (d.units?.[band]) parts.push(oneLine(d.units[band]));
  return parts.join(', ');
}

function span(wavelengths: readonly number[]): string {
  const known = wavelengths.filter(Number.isFinite);
  return `${Math.min(...known)} to ${Math.max(...known)} nm`;
}

const pair = ([x, y]: readonly [number, number]) => `${x}, ${y}`;

/** Text of a file on a terminal: no control characters, not longer than a line. */
function oneLine(text: string): string {
  const clean = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return clean.length > 100 ? `${clean.slice(0, 97)}...` : clean;
}
