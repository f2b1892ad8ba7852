/** `map info` and `coordinate system string` of ENVI: place and system. */

import { affine, type Crs, type Transform } from '@bandweave/image';
import { crsFromEpsg } from '../geotiff/crs-from-epsg.js';
import { type EnviHeader, listOf } from './header.js';

/** The transform to the outer corner of pixels; undefined without a sound `map info`. */
export function readTransform(header: EnviHeader): Transform | undefined {
  const [, refX, refY, x, y, width, height, ...rest] = listOf(header, 'map info');
  const figures = [refX, refY, x, y, width, height].map(Number);
  if (figures.length < 6 || figures.some((v) => !Number.isFinite(v))) return undefined;
  const [col, row, east, north, a, d] = figures;
  if (!(a !== 0 && d !== 0)) return undefined;
  const rotation = rest.map((part) => /^rotation\s*=\s*(.*)$/i.exec(part)?.[1]).find(Boolean);
  const angle = (-Number(rotation ?? 0) * Math.PI) / 180;
  if (!Number.isFinite(angle)) return undefined;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const linear: Transform = [a * cos, -a * sin, 0, -d * sin, -d * cos, 0];
  const [dx, dy] = affine.apply(linear, [col - 1, row - 1]);
  return [linear[0], linear[1], east - dx, linear[3], linear[4], north - dy];
}

/** The system by its EPSG code where text or zone give one, else by name only. */
export function readCrs(header: EnviHeader): Crs | undefined {
  const text = header.get('coordinate system string') ?? '';
  const codes = [...text.matchAll(/AUTHORITY\["EPSG","(\d{4,6})"\]\s*\]/g)];
  if (codes.length > 0 && text.trimEnd().endsWith(codes[codes.length - 1][0])) {
    return crsFromEpsg(Number(codes[codes.length - 1][1]));
  }
  const named = /^(?:PROJCS|GEOGCS)\["([^"]*)"/.exec(text)?.[1];
  const zone = /WGS[_ ]?(?:19)?84.*UTM[_ ]zone[_ ](\d{1,2})([NS])/i.exec(named ?? '');
  if (zone) return utm(Number(zone[1]), zone[2].toUpperCase() === 'N');
  const [projection, , , , , , , a, b, c] = listOf(header, 'map info');
  const wgs84 = (datum: string | undefined) => /^WGS-?(19)?84$/i.test(datum ?? '');
  if (/^UTM$/i.test(projection ?? '') && wgs84(c) && (named === undefined || /UTM/i.test(named))) {
    const found = utm(Number(a), !/^south$/i.test(b ?? ''));
    if (found) return found;
  }
  const geographic = /^geographic/i.test(projection ?? '') && wgs84(a);
  if (geographic || /^(GCS_)?WGS[_ ](19)?84$/i.test(named ?? '')) return crsFromEpsg(4326);
  return named === undefined ? undefined : { name: named.slice(0, 200) };
}

function utm(zone: number, north: boolean): Crs | undefined {
  if (!(Number.isInteger(zone) && zone >= 1 && zone <= 60)) return undefined;
  return crsFromEpsg((north ? 32600 : 32700) + zone);
}

/** The line for `map info`; undefined without a transform. */
export function formatMapInfo(
  transform: Transform | undefined,
  crs: Crs | undefined,
): string | undefined {
  if (!transform) return undefined;
  const [a, b, c, d, e, f] = transform;
  const width = Math.hypot(a, b);
  const height = Math.hypot(d, e);
  const place = ['1', '1', c, f, width, height].join(', ');
  const rotation = b === 0 && d === 0 ? '' : `, rotation=${(-Math.atan2(-b, a) * 180) / Math.PI}`;
  const code = crs?.epsg ?? 0;
  const zone = code % 100;
  if ((code > 32600 && code <= 32660) || (code > 32700 && code <= 32760)) {
    const side = code < 32700 ? 'North' : 'South';
    return `UTM, ${place}, ${zone}, ${side}, WGS-84, units=Meters${rotation}`;
  }
  if (code === 4326) return `Geographic Lat/Lon, ${place}, WGS-84, units=Degrees${rotation}`;
  return `Arbitrary, ${place}, 0, units=Unknown${rotation}`;
}
