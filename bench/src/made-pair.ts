/** Writes a PAN and MS pair of any size as GeoTIFF: smooth land, sharp edges, noise; by rows. */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RasterInfo, Transform } from '@bandweave/image';
import { createGeoTiff } from '@bandweave/io';

export interface MadePair {
  readonly pan: string;
  readonly ms: string;
}

const CRS = {
  epsg: 32633,
  name: 'WGS 84 / UTM zone 33N',
  geoKeys: {
    directory: [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633],
    doubles: [],
    ascii: '',
  },
};

/** The pair of that size below `folder`, made once. Tiled, uncompressed, uint16 of 11 bits. */
export async function madePair(folder: string, side: number, bands = 4): Promise<MadePair> {
  const place = join(folder, `pair-${side}-${bands}`);
  const pair = { pan: join(place, 'pan.tif'), ms: join(place, 'ms.tif') };
  const there = await Promise.all(
    Object.values(pair).map((path) => stat(path).then(Boolean, () => false)),
  );
  if (there.every(Boolean)) return pair;
  await mkdir(place, { recursive: true });
  await write(pair.pan, { side, bands: 1, pixel: 0.5 });
  await write(pair.ms, { side: side / 4, bands, pixel: 2 });
  return pair;
}

async function write(
  path: string,
  { side, bands, pixel }: { side: number; bands: number; pixel: number },
): Promise<void> {
  const transform: Transform = [pixel, 0, 400000, 0, -pixel, 5600000];
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    transform,
    crs: CRS,
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill(bands === 1 ? 'gray' : 'undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  const sink = await createGeoTiff(path, info);
  for (let row = 0; row < side; row += 256) {
    const height = Math.min(256, side - row);
    const data = new Uint16Array(bands * height * side);
    for (let band = 0; band < bands; band++) {
      for (let y = 0; y < height; y++) {
        const start = (band * height + y) * side;
        for (let x = 0; x < side; x++) data[start + x] = land(row + y, x, { pixel, band });
      }
    }
    await sink.write({ row, col: 0, height, width: side }, { bands, height, width: side, data });
  }
  await sink.finish();
}

/** A count between 0 and 2047 from the place on the ground. */
function land(row: number, col: number, { pixel, band }: { pixel: number; band: number }): number {
  const y = row * pixel;
  const x = col * pixel;
  const hills = 300 * Math.sin(y / 97 + band) + 250 * Math.cos(x / 71 - band / 2);
  const field = ((Math.floor(y / 37) * 73856093) ^ (Math.floor(x / 43) * 19349663)) & 255;
  const grain = (Math.imul(row * 8191 + col, 2654435761) >>> 24) / 4;
  return Math.max(0, Math.min(2047, Math.round(800 + hills + field * (1 + band / 4) + grain)));
}
