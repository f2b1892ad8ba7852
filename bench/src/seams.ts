/**
 * `npm run bench:seams -- METHOD WEIGHTS [FOLDER] [--out DIR]
 * [--clustering window|scene]`: a scene of 512 x 512 PAN pixels fused
 * by windows of 128 and 256 against one window. Prints the differences in counts, also by themselves
 * where windows are blended, and writes maps of them to look at. FOLDER holds pan.tif and ms.tif, of
 * which the upper left part is taken; without it a scene is made.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Raster, Samples } from '@bandweave/image';
import { openRaster, writePng } from '@bandweave/io';
import { openFusionNetwork } from '@bandweave/models';
import { fuse } from '@bandweave/pipeline';
import { cropFile } from './crop.js';
import { madePair } from './made-pair.js';

const SIDE = 512;
const WINDOWS = [128, 256];
/** As the pipeline overlaps them. */
const OVERLAP = 64;

/** Where windows of one axis meet: a row or column belongs to a seam where two are blended. */
function seamMask(size: number, window: number): Uint8Array {
  const mask = new Uint8Array(size);
  const overlap = Math.min(OVERLAP, window >> 1);
  let start = 0;
  while (start + window < size) {
    const next = Math.min(start + window - overlap, size - window);
    mask.fill(1, next, Math.min(size, start + window));
    start = next;
  }
  return mask;
}

async function readAll(path: string): Promise<Raster> {
  const source = await openRaster(path);
  const { width, height } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return raster;
}

interface Differences {
  /** Largest of any band, a pixel. */
  readonly map: Float64Array;
  readonly largest: number;
  readonly mean: number;
  readonly onSeams: number;
  readonly elsewhere: number;
}

function compare(a: Samples, b: Samples, window: number): Differences {
  const pixels = SIDE * SIDE;
  const map = new Float64Array(pixels);
  for (let i = 0; i < a.length; i++) {
    map[i % pixels] = Math.max(map[i % pixels], Math.abs(Number(a[i]) - Number(b[i])));
  }
  const seam = seamMask(SIDE, window);
  const sums = { on: 0, off: 0, countOn: 0, countOff: 0 };
  let largest = 0;
  for (let p = 0; p < pixels; p++) {
    const blended = seam[p % SIDE] === 1 || seam[Math.floor(p / SIDE)] === 1;
    if (blended) {
      sums.on += map[p];
      sums.countOn += 1;
    } else {
      sums.off += map[p];
      sums.countOff += 1;
    }
    largest = Math.max(largest, map[p]);
  }
  return {
    map,
    largest,
    mean: (sums.on + sums.off) / pixels,
    onSeams: sums.on / Math.max(1, sums.countOn),
    elsewhere: sums.off / Math.max(1, sums.countOff),
  };
}

/** White where the difference is `full` or more. */
const toPixels = (map: Float64Array, full: number): Uint8Array =>
  Uint8Array.from(map, (value) => Math.min(255, Math.round((255 * value) / full)));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, clustering: { type: 'string' } },
});
const [method, weights, folder] = positionals;
if (!method || !weights) {
  process.stderr.write('seams: expected METHOD WEIGHTS [FOLDER] [--out DIR].\n');
  process.exit(2);
}
const scratch = await mkdtemp(join(tmpdir(), 'bandweave-seams-'));
try {
  const network = await openFusionNetwork(method, weights);
  const { msBands, ratio } = network.facts;
  await network.close();
  const made = folder ? undefined : await madePair(scratch, SIDE, msBands);
  const pair = made ?? { pan: join(scratch, 'pan.tif'), ms: join(scratch, 'ms.tif') };
  if (folder) {
    await cropFile(join(folder, 'pan.tif'), pair.pan, { height: SIDE, width: SIDE });
    const side = SIDE / ratio;
    await cropFile(join(folder, 'ms.tif'), pair.ms, { height: side, width: side });
  }
  const render = async (tile: number): Promise<Samples> => {
    const out = join(scratch, `${tile}.tif`);
    const begun = performance.now();
    const clustering = values.clustering === 'scene' ? { clustering: 'scene' as const } : {};
    const common = { method, weights, bitDepth: 11, threads: 1, ...clustering };
    await fuse(pair.pan, pair.ms, out, { ...common, tile });
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    process.stderr.write(`${method} by windows of ${tile}: ${seconds} s\n`);
    return (await readAll(out)).data;
  };
  const whole = await render(SIDE);
  process.stdout.write(
    '| windows | largest | mean | mean where blended | mean elsewhere |\n|---|---|---|---|---|\n',
  );
  for (const window of WINDOWS) {
    const found = compare(await render(window), whole, window);
    const means = [found.mean, found.onSeams, found.elsewhere].map((value) => value.toFixed(3));
    process.stdout.write(`| ${window} | ${found.largest} | ${means.join(' | ')} |\n`);
    if (!values.out) continue;
    await mkdir(values.out, { recursive: true });
    const path = join(values.out, `seams-${method}-${window}.png`);
    const data = toPixels(found.map, Math.max(8, found.largest / 2));
    await writePng(path, { width: SIDE, height: SIDE, channels: 1, data });
    process.stderr.write(`${path}: white is ${Math.max(8, found.largest / 2)} counts or more\n`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
