/** A coordinate system of which only the EPSG code is known, with the GeoTIFF keys that name it. */

import type { Crs } from '@bandweave/image';
import { KEY } from './crs.js';

const PROJECTED = 1;
const GEOGRAPHIC = 2;

/** Codes of geographic systems lie from 4000 to 4999; all others are taken as projected. */
export function crsFromEpsg(epsg: number): Crs {
  const geographic = epsg >= 4000 && epsg < 5000;
  const keys = [
    [KEY.modelType, geographic ? GEOGRAPHIC : PROJECTED],
    [KEY.rasterType, 1],
    [geographic ? KEY.geodeticCrs : KEY.projectedCrs, epsg],
  ];
  const directory = [1, 1, 0, keys.length, ...keys.flatMap(([key, value]) => [key, 0, 1, value])];
  const zone = epsg % 100;
  const north = epsg > 32600 && epsg <= 32660;
  const south = epsg > 32700 && epsg <= 32760;
  const name =
    north || south
      ? `WGS 84 / UTM zone ${zone}${north ? 'N' : 'S'}`
      : epsg === 4326
        ? 'WGS 84'
        : `EPSG:${epsg}`;
  return { epsg, name, geoKeys: { directory, doubles: [], ascii: '' } };
}
