import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RasterInfo, Transform } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuse } from '../../src/fuse.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-guide-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SIDE = 96;
const RATIO = 4;
const FINE: Transform = [10, 0, 500000, 0, -10, 4600000];

async function write(
  name: string,
  planes: readonly Float32Array[],
  { side, transform, nodata }: { side: number; transform: Transform; nodata?: number },
): Promise<string> {
  const bands = planes.length;
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'float32',
    maskKind: nodata === undefined ? 'none' : 'nodata',
    ...(nodata === undefined ? {} : { nodata }),
    transform,
    bandNames: planes.map(() => ''),
    colors: planes.map(() => 'undefined'),
    blockSize: [side, side],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = new Float32Array(bands * side * side);
  for (const [k, plane] of planes.entries()) data.set(plane, k * side * side);
  const sink = await createGeoTiff(at(name), info);
  await sink.write(
    { row: 0, col: 0, height: side, width: side },
    { bands, height: side, width: side, data },
  );
  await sink.finish();
  return at(name);
}

async function read(path: string) {
  const source = await openRaster(path);
  const { height, width } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return { ...raster, info: source.info };
}

const plane = (value: (row: number, col: number) => number) =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => value(Math.floor(i / SIDE), i % SIDE));

/** Means over cells of RATIO x RATIO: a coarse sensor without overlap between its pixels. */
function coarse(fine: Float32Array): Float32Array {
  const side = SIDE / RATIO;
  const out = new Float32Array(side * side);
  for (let i = 0; i < fine.length; i++) {
    const [row, col] = [Math.floor(i / SIDE), i % SIDE];
    out[Math.floor(row / RATIO) * side + Math.floor(col / RATIO)] += fine[i] / RATIO ** 2;
  }
  return out;
}

const guide = [
  plane((r, c) => 500 + 80 * Math.sin(r / 3) + 60 * Math.cos(c / 5) + 30 * Math.sin((r * c) / 200)),
  plane((r, c) => 800 + 90 * Math.cos(r / 4) * Math.sin(c / 7)),
];
/** Bands that are sums of the guide's: what is to be found. */
const MIX = [
  [0.7, 0.2, 30],
  [-0.3, 1.1, 200],
  [0.5, 0.5, -50],
];
const truth = MIX.map(([a, b, c]) => guide[0].map((v, i) => a * v + b * guide[1][i] + c));
const COARSE: Transform = [40, 0, 500000, 0, -40, 4600000];

const rmse = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
};

describe('a guide of several bands', () => {
  test('is found to explain bands that are sums of it, and brings back their detail', async () => {
    const pan = await write('guide.tif', guide, { side: SIDE, transform: FINE });
    const ms = await write('cube.tif', truth.map(coarse), {
      side: SIDE / RATIO,
      transform: COARSE,
    });
    const result = await fuse(pan, ms, at('sharp.tif'), { method: 'mtf-glp-hpm' });
    expect(result.guide?.guide).toBe('synthesise');
    for (const [k, { weights, correlation }] of result.guide!.bands.entries()) {
      expect(weights).toBeAllclose(MIX[k].slice(0, 2), { rtol: 0.05, atol: 0.02 });
      expect(correlation).toBeGreaterThan(0.995);
    }
    const sharp = await read(at('sharp.tif'));
    await fuse(pan, ms, at('plain.tif'), { method: 'exp' });
    const plain = await read(at('plain.tif'));
    const wanted = truth.flatMap((t) => [...t]);
    expect(rmse(sharp.data, wanted)).toBeLessThan(0.35 * rmse(plain.data, wanted));
    expect(sharp.info).toMatchObject({
      bands: 3,
      width: SIDE,
      dataType: 'float32',
      transform: FINE,
    });
  });

  test('with --guide select each band takes the one guide band nearest to it', async () => {
    const result = await fuse(at('guide.tif'), at('cube.tif'), at('selected.tif'), {
      guide: 'select',
      mtfGain: 0.3,
      bands: [2, 1],
    });
    expect(result.guide?.mtfGain).toBe(0.3);
    const nearest = result.guide!.bands.map(({ weights }) => weights.findIndex((w) => w !== 0));
    expect(nearest.slice(0, 2)).toEqual([0, 1]);
    const both = await read(at('selected.tif'));
    expect(both.info.bands).toBe(2);
    expect(rmse(both.data.subarray(0, SIDE * SIDE), truth[1])).toBeLessThan(40);
  });

  test('leaves nodata where guide or bands have none, and numbers everywhere else', async () => {
    const holed = guide.map((g, k) =>
      g.map((v, i) => (k === 0 && i % SIDE < 20 && i < 20 * SIDE ? -1 : v)),
    );
    const pan = await write('holed.tif', holed, { side: SIDE, transform: FINE, nodata: -1 });
    await fuse(pan, at('cube.tif'), at('holed-out.tif'), { method: 'gsa' });
    const { data, mask, info } = await read(at('holed-out.tif'));
    expect(info.nodata).toBe(-1);
    expect(mask?.[0]).toBe(0);
    expect(mask?.[30 * SIDE + 30]).toBe(1);
    expect(data.every(Number.isFinite)).toBe(true);
  });

  test.each([
    [
      'a network without weights',
      { method: 'fusionmamba' },
      /--weights: expected a file of weights for fusionmamba/,
    ],
    ['going on', { resume: true }, /--resume/],
  ])('refuses %s', async (_, options, message) => {
    await expect(fuse(at('guide.tif'), at('cube.tif'), at('no.tif'), options)).rejects.toThrow(
      message,
    );
  });
});
