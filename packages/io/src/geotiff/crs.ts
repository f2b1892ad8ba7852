/** GeoTIFF keys: kept as they are, with the EPSG code and a name read out for people. */

import type { Crs } from '@bandweave/image';
import type { Directory } from './ifd-read.js';
import { TAG } from './tags.js';

export const KEY = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geodeticCrs: 2048,
  geodeticCitation: 2049,
  projectedCrs: 3072,
  projectedCitation: 3073,
} as const;

const USER_DEFINED = 32767;
const RASTER_PIXEL_IS_POINT = 2;

export interface GeoKeys {
  readonly crs?: Crs;
  readonly areaOrPoint: 'area' | 'point';
}

/** What the keys of an image state; no crs where they name none. */
export async function readGeoKeys(directory: Directory): Promise<GeoKeys> {
  const raw = [...(await directory.numbers(TAG.geoKeyDirectory, 65536))];
  const doubles = [...(await directory.numbers(TAG.geoDoubleParams, 65536))];
  const ascii = (await directory.text(TAG.geoAsciiParams)) ?? '';
  const keys = Math.min(raw[3] ?? 0, Math.floor((raw.length - 4) / 4));
  if (!(keys > 0)) return { areaOrPoint: 'area' };

  const short = (wanted: number): number | undefined => {
    for (let k = 1; k <= keys; k++) {
      if (raw[4 * k] === wanted && raw[4 * k + 1] === 0) return raw[4 * k + 3];
    }
    return undefined;
  };
  const text = (wanted: number): string => {
    for (let k = 1; k <= keys; k++) {
      if (raw[4 * k] !== wanted || raw[4 * k + 1] !== TAG.geoAsciiParams) continue;
      const at = raw[4 * k + 3];
      return ascii.slice(at, at + raw[4 * k + 2]).replace(/[|\0\s]+$/, '');
    }
    return '';
  };

  const point = short(KEY.rasterType) === RASTER_PIXEL_IS_POINT;
  const areaOrPoint = point ? 'point' : 'area';
  const projected = short(KEY.projectedCrs);
  const geodetic = short(KEY.geodeticCrs);
  const code = projected ?? geodetic;
  const citation =
    projected === undefined
      ? text(KEY.geodeticCitation) || text(KEY.citation)
      : text(KEY.citation) || text(KEY.projectedCitation);
  const epsg = code !== undefined && code > 0 && code !== USER_DEFINED ? code : undefined;
  if (epsg === undefined && citation === '' && short(KEY.modelType) === undefined) {
    return { areaOrPoint };
  }
  const name = citation.slice(0, 200) || (epsg === undefined ? 'unnamed' : `EPSG:${epsg}`);
  const geoKeys = { directory: raw, doubles, ascii };
  return { crs: { ...(epsg === undefined ? {} : { epsg }), name, geoKeys }, areaOrPoint };
}
