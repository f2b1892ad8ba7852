/**
 * Reading and writing GeoTIFF against GDAL: 4096 x 4096 pixels, 4 bands, uint16, in tiles of 256.
 * Both run as processes of their own, so both pay for starting. `node bench/dist/io.js`
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Raster, RasterInfo } from '@bandweave/image';
import { createGeoTiff, type GeoTiffCompression, openRaster } from '@bandweave/io';

const SIDE = 4096;
const BANDS = 4;
const ROWS = 512;
const RUNS = 3;
const COMPRESSIONS = ['none', 'deflate', 'lzw'] as const;

const INFO: RasterInfo = {
  width: SIDE,
  height: SIDE,
  bands: BANDS,
  dataType: 'uint16',
  transform: [2, 0, 500000, 0, -2, 4000000],
  crs: { epsg: 32633, name: 'EPSG:32633' },
  maskKind: 'none',
  bandNames: ['blue', 'green', 'red', 'nir'],
  colors: ['gray', 'undefined', 'undefined', 'undefined'],
  blockSize: [256, 256],
  areaOrPoint: 'area',
  metadata: {},
};

const windowAt = (row: number) => ({ row, col: 0, height: ROWS, width: SIDE });

/** Waves with noise of 20 counts: packs about as well as a scene does. */
function makeRows(row: number, random: () => number): Raster {
  const data = new Uint16Array(BANDS * ROWS * SIDE);
  for (let band = 0, at = 0; band < BANDS; band++) {
    for (let y = row; y < row + ROWS; y++) {
      const down = Math.cos(y / 53) * 800;
      for (let x = 0; x < SIDE; x++) {
        data[at++] = 1500 + Math.sin(x / (37 + band)) * down + (random() + random() - 1) * 50;
      }
    }
  }
  return { bands: BANDS, height: ROWS, width: SIDE, data };
}

/** Uniform in [0, 1), the same numbers each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function make(path: string): Promise<void> {
  const sink = await createGeoTiff(path, INFO);
  const random = generator(7);
  for (let row = 0; row < SIDE; row += ROWS) await sink.write(windowAt(row), makeRows(row, random));
  await sink.finish();
}

async function read(path: string): Promise<void> {
  const source = await openRaster(path);
  for (let row = 0; row < SIDE; row += ROWS) await source.read(windowAt(row));
  await source.close();
}

async function translate(from: string, to: string, compression: GeoTiffCompression): Promise<void> {
  const source = await openRaster(from);
  const sink = await createGeoTiff(to, source.info, { compression });
  for (let row = 0; row < SIDE; row += ROWS) {
    await sink.write(windowAt(row), await source.read(windowAt(row)));
  }
  await sink.finish();
  await source.close();
}

/** The best of some runs of a command, in seconds; NaN where it can't be run. */
function seconds(command: string, args: readonly string[]): number {
  let best = Number.NaN;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return Number.NaN;
    const taken = (performance.now() - start) / 1000;
    best = Number.isNaN(best) ? taken : Math.min(best, taken);
  }
  return best;
}

function compare(): void {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-bench-'));
  const self = fileURLToPath(import.meta.url);
  const own = (...args: string[]) => seconds(process.execPath, [self, ...args]);
  const gdal = (...args: string[]) => seconds('gdal_translate', ['-q', ...args]);
  const plain = join(folder, 'plain.tif');
  spawnSync(process.execPath, [self, 'make', plain], { stdio: 'inherit' });
  const rows: Record<string, string | number>[] = [];
  const row = (work: string, ours: number, theirs: number, sizes: string) => {
    const round = (value: number) => Number(value.toFixed(2));
    rows.push({ work, ours: round(ours), gdal: round(theirs), ratio: round(ours / theirs), sizes });
  };
  for (const compression of COMPRESSIONS) {
    const mine = join(folder, `mine-${compression}.tif`);
    const other = join(folder, `gdal-${compression}.tif`);
    const options = ['-co', 'TILED=YES', '-co', `COMPRESS=${compression.toUpperCase()}`];
    if (compression !== 'none') options.push('-co', 'PREDICTOR=2');
    const written = own('translate', plain, mine, compression);
    const theirs = gdal(...options, plain, other);
    const megabytes = [mine, other].map((path) => (statSync(path).size / 1e6).toFixed(1));
    row(`write ${compression}`, written, theirs, `${megabytes.join(' and ')} MB`);
    if (compression !== 'none') {
      const threaded = gdal(...options, '-co', 'NUM_THREADS=ALL_CPUS', plain, other);
      row(`write ${compression}, GDAL on all cores`, written, threaded, '');
    }
    row(`read ${compression}`, own('read', other), gdal('-of', 'MEM', other, 'x'), '');
  }
  rmSync(folder, { recursive: true, force: true });
  console.table(rows);
}

const [verb, from = '', to = '', compression = 'none'] = process.argv.slice(2);
if (verb === 'make') await make(from);
else if (verb === 'read') await read(from);
else if (verb === 'translate') await translate(from, to, compression as GeoTiffCompression);
else compare();
