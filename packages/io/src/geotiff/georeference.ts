/** Where a GeoTIFF's pixels lie: transform, ground control points, area or point (OGC 19-008r4). */

import type { Transform } from '@bandweave/image';
import type { Directory } from './ifd-read.js';
import { TAG } from './tags.js';

export interface Georeference {
  readonly transform?: Transform;
  readonly gcps?: readonly (readonly number[])[];
}

/** Most values of a tag that states a position: 65536 tie points of six numbers. */
const MOST_VALUES = 6 * 65536;

/**
 * The transform to the outer corner of pixels. Where the file states positions of pixel
 * centres (RasterPixelIsPoint) they are shifted by half a pixel, as GDAL does.
 */
export async function readGeoreference(
  directory: Directory,
  areaOrPoint: 'area' | 'point',
): Promise<Georeference> {
  const half = areaOrPoint === 'point' ? 0.5 : 0;
  const scale = await directory.numbers(TAG.modelPixelScale, MOST_VALUES);
  const tie = await directory.numbers(TAG.modelTiepoint, MOST_VALUES);
  const matrix = await directory.numbers(TAG.modelTransformation, MOST_VALUES);

  if (scale.length >= 2 && tie.length >= 6 && scale[0] !== 0 && scale[1] !== 0) {
    const a = scale[0];
    const e = -Math.abs(scale[1]);
    const c = tie[3] - (tie[0] + half) * a;
    const f = tie[4] - (tie[1] + half) * e;
    return { transform: [a, 0, c, 0, e, f] };
  }
  if (matrix.length >= 8) {
    const [a, b, , x, d, e, , y] = matrix;
    const c = x - half * (a + b);
    const f = y - half * (d + e);
    if (a * e - b * d !== 0) return { transform: [a, b, c, d, e, f] };
  }
  if (tie.length >= 6) {
    const gcps: number[][] = [];
    for (let i = 0; i + 6 <= tie.length; i += 6) {
      gcps.push([tie[i] + half, tie[i + 1] + half, tie[i + 3], tie[i + 4], tie[i + 5]]);
    }
    return { gcps };
  }
  return {};
}
