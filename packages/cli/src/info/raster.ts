/** What `info` says of a raster. */

import { affine, type RasterInfo, type Transform } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import { bytesText, type Field, fields } from '../fields.js';
import type { Facts } from '../verbs/info.js';

export async function rasterFacts(file: string): Promise<Facts> {
  const source = await openRaster(file);
  try {
    const { info, details } = source;
    const data = { file: source.name, kind: 'raster', ...info, ...(details ? { details } : {}) };
    const storage: Field[] = details
      ? [
          [
            'format',
            `${details.bigTiff ? 'BigTIFF' : 'TIFF'}${details.cog ? ', laid out as COG' : ''}, ${bytesText(details.bytes)}`,
          ],
          [
            'storage',
            `${details.compression}, predictor ${details.predictor}, ${details.interleave} interleaved`,
          ],
          [
            'blocks',
            `${info.blockSize[1]} x ${info.blockSize[0]} ${details.tiled ? 'tiles' : 'strips'}`,
          ],
          ['overviews', details.overviews.map(([h, w]) => `${w} x ${h}`).join(', ') || 'none'],
        ]
      : [['format', 'picture']];
    return {
      data,
      text: fields([
        ['file', source.name],
        ...imageFields(info),
        ...storage,
        ...metadataFields(info),
      ]),
    };
  } finally {
    await source.close();
  }
}

function imageFields(info: RasterInfo): Field[] {
  const { width, height, bands, dataType, bits, transform, crs } = info;
  return [
    ['size', `${width} x ${height} pixels, ${bands} band${bands === 1 ? '' : 's'}`],
    ['type', bits === undefined ? dataType : `${dataType}, ${bits} bits used`],
    ['bands', info.bandNames.some(Boolean) || bands <= 16 ? bandText(info) : undefined],
    ['nodata', info.nodata === undefined ? 'none stated' : String(info.nodata)],
    ['mask', info.maskKind],
    [
      'CRS',
      crs
        ? `${crs.name}${crs.epsg && !crs.name.includes(String(crs.epsg)) ? ` (EPSG:${crs.epsg})` : ''}`
        : 'none',
    ],
    ['origin', transform && `${transform[2]}, ${transform[5]}`],
    ['pixel size', transform && pixelSize(transform)],
    ['corners', transform && cornerText(transform, info)],
    ['RPC', info.rpc && 'present'],
    ['GCPs', info.gcps?.length ? String(info.gcps.length) : undefined],
  ];
}

function bandText({ bandNames, colors }: RasterInfo): string {
  return bandNames
    .map(
      (name, i) =>
        `${i + 1} ${[name, colors[i]].filter((part) => part && part !== 'undefined').join(' ') || '-'}`,
    )
    .join('; ');
}

/** a, e where the grid is upright, all four coefficients where it is rotated. */
function pixelSize([a, b, , d, e]: Transform): string {
  return b === 0 && d === 0 ? `${a}, ${e}` : `rotated: [${a}, ${b}; ${d}, ${e}]`;
}

function cornerText(transform: Transform, { width, height }: RasterInfo): string {
  const corner = (position: readonly [number, number]) =>
    affine
      .apply(transform, position)
      .map((n) => +n.toFixed(6))
      .join(', ');
  return `upper left ${corner([0, 0])}; lower right ${corner([width, height])}`;
}

function metadataFields({ metadata, areaOrPoint }: RasterInfo): Field[] {
  const entries = Object.entries(metadata).slice(0, 12);
  return [
    ['pixel is', areaOrPoint],
    ...entries.map(
      ([key, value]): Field => [key, value.length > 100 ? `${value.slice(0, 100)}...` : value],
    ),
  ];
}
