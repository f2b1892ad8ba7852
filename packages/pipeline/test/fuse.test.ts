import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RasterInfo, Samples, Transform } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
// Worker threads load compiled files, so this tests the build.
import { fuse } from '@bandweave/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
const at = (name: string) => join(folder, name);

const PAN: Transform = [0.5, 0, 400000, 0, -0.5, 5600000];

async function write(
  name: string,
  {
    side,
    bands,
    transform,
    nodata,
  }: {
    side: number;
    bands: number;
    transform?: Transform;
    nodata?: number;
  },
  value: (band: number, row: number, col: number) => number,
): Promise<string> {
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    maskKind: nodata === undefined ? 'none' : 'nodata',
    ...(nodata === undefined ? {} : { nodata }),
    ...(transform ? { transform } : {}),
    bandNames: Array.from({ length: bands }, (_, i) => `band ${i + 1}`),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  const sink = await createGeoTiff(at(name), info);
  const data = new Uint16Array(bands * side * side);
  for (let i = 0; i < data.length; i++) {
    const p = i % (side * side);
    data[i] = value(Math.floor(i / (side * side)), Math.floor(p / side), p % side);
  }
  const raster = { bands, height: side, width: side, data };
  await sink.write({ row: 0, col: 0, height: side, width: side }, raster);
  await sink.finish();
  return at(name);
}

const texture = (row: number, col: number) =>
  600 + 200 * Math.sin(row / 9) + 150 * Math.cos(col / 13) + ((row * 31 + col * 17) % 50);

async function pixels(path: string) {
  const source = await openRaster(path);
  const { info } = source;
  const window = { row: 0, col: 0, height: info.height, width: info.width };
  const raster = await source.read(window);
  await source.close();
  return { info, raster };
}

/** Equality without the matcher's bookkeeping, which takes seconds on arrays of this size. */
const same = (a: Samples, b: Samples) =>
  a.length === b.length && a.every((value, i) => value === b[i]);

const md5 = async (path: string) =>
  createHash('md5')
    .update(new Uint8Array((await pixels(path)).raster.data.buffer))
    .digest('hex');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-fuse-'));
  await write('pan.tif', { side: 640, bands: 1, transform: PAN }, (_, r, c) => texture(r, c));
  const ms: Transform = [2, 0, 400000, 0, -2, 5600000];
  await write(
    'ms.tif',
    { side: 160, bands: 4, transform: ms },
    (k, r, c) => texture(4 * r + 1.5, 4 * c + 1.5) * (0.7 + 0.2 * k),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fuse', () => {
  test("writes PAN's grid with MS's bands, type and names", async () => {
    const result = await fuse(at('pan.tif'), at('ms.tif'), at('a.tif'));
    expect(result).toMatchObject({ method: 'mtf-glp-fs', width: 640, height: 640, bands: 4 });
    expect(result.ratio).toEqual([4, 4]);
    const { info } = await pixels(at('a.tif'));
    expect(info).toMatchObject({ width: 640, dataType: 'uint16', transform: PAN });
    expect(info.bandNames).toEqual(['band 1', 'band 2', 'band 3', 'band 4']);
  });

  test.each(['gsa', 'mtf-glp-fs', 'brovey'])(
    '%s gives the same counts whatever the tile',
    async (method) => {
      const run = async (tile: number) => {
        const name = at(`${method}-${tile}.tif`);
        await fuse(at('pan.tif'), at('ms.tif'), name, { method, tile });
        return (await pixels(name)).raster.data;
      };
      const whole = await run(1024);
      for (const tile of [64, 200]) {
        const data = await run(tile);
        let worst = 0;
        for (let i = 0; i < data.length; i++) worst = Math.max(worst, Math.abs(data[i] - whole[i]));
        expect(worst).toBeLessThanOrEqual(1);
      }
    },
  );

  test('worker threads give the same file as one thread', async () => {
    const ms: Transform = [2, 0, 400000, 0, -2, 5600000];
    await write('big-pan.tif', { side: 1280, bands: 1, transform: PAN }, (_, r, c) =>
      texture(r, c),
    );
    await write('big-ms.tif', { side: 320, bands: 2, transform: ms }, (k, r, c) =>
      texture(4 * r, 4 * c + k),
    );
    const pan = at('big-pan.tif');
    await fuse(pan, at('big-ms.tif'), at('two.tif'), { threads: 2, method: 'gsa' });
    await fuse(pan, at('big-ms.tif'), at('one.tif'), { threads: 1, method: 'gsa' });
    expect(await md5(at('two.tif'))).toBe(await md5(at('one.tif')));
    const open = await openRaster(pan);
    await fuse(open, at('big-ms.tif'), at('here.tif'), { method: 'gsa' });
    await open.close();
    expect(await md5(at('here.tif'))).toBe(await md5(at('one.tif')));
  });

  test('several files of one band are one MS; bands are chosen in any order', async () => {
    const specs = [1, 2, 3, 4].map((band) => `${at('ms.tif')},band=${band}`);
    await fuse(at('pan.tif'), specs, at('stack.tif'), { bands: [3, 1] });
    await fuse(at('pan.tif'), at('ms.tif'), at('whole.tif'));
    const stack = (await pixels(at('stack.tif'))).raster.data;
    const whole = (await pixels(at('whole.tif'))).raster.data;
    const size = 640 * 640;
    expect(same(stack.subarray(0, size), whole.subarray(2 * size, 3 * size))).toBe(true);
    expect(same(stack.subarray(size), whole.subarray(0, size))).toBe(true);
  });

  test('holes stay holes, and valid pixels never become nodata', async () => {
    const ms: Transform = [2, 0, 400000, 0, -2, 5600000];
    await write('holed.tif', { side: 160, bands: 2, transform: ms, nodata: 0 }, (k, r, c) =>
      r < 40 && c < 40 ? 0 : 500 + k,
    );
    await fuse(at('pan.tif'), at('holed.tif'), at('holed-out.tif'), { method: 'gsa' });
    const { info, raster } = await pixels(at('holed-out.tif'));
    expect(info.nodata).toBe(0);
    expect(raster.data[0]).toBe(0);
    expect(raster.mask?.[639 * 640 + 639]).toBe(1);
    const missing = raster.mask!.reduce((sum, one) => sum + 1 - one, 0);
    // Within the reach of the cubic kernel of the hole's own 160 x 160 pixels.
    expect(missing).toBeGreaterThan(150 * 150);
    expect(missing).toBeLessThan(170 * 170);
  });

  test('a run that is stopped leaves nothing under the final name and can be resumed', async () => {
    const stop = new AbortController();
    const output = at('stopped.tif');
    const running = fuse(at('big-pan.tif'), at('big-ms.tif'), output, {
      threads: 1,
      signal: stop.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'fuse' && done === 2) stop.abort();
      },
    });
    await expect(running).rejects.toThrow(/aborted/);
    expect(await readdir(folder)).not.toContain('stopped.tif');
    const result = await fuse(at('big-pan.tif'), at('big-ms.tif'), output, {
      threads: 1,
      resume: true,
    });
    expect(result.resumedWindows).toBeGreaterThan(0);
    await fuse(at('big-pan.tif'), at('big-ms.tif'), at('straight.tif'), { threads: 1 });
    expect(await md5(output)).toBe(await md5(at('straight.tif')));
    const left = (await readdir(folder)).filter((name) => name.includes('.partial'));
    expect(left).toEqual([]);
  });

  test.each([
    ['an unknown method', { method: 'gsaa' }, /--method/],
    ['a band that is not there', { bands: [5] }, /--bands: expected bands from 1 to 4, got 5/],
    ['too few weights', { bandWeights: [1, 2] }, /--band-weights: expected 4 weights, got 2/],
    ['too little memory', { memory: 1000 }, /--memory/],
    ['a nodata that does not fit', { nodata: -9999 }, /--nodata/],
    ['more bits than the type has', { bitDepth: 17 }, /--bit-depth/],
  ])('%s is refused and leaves nothing behind', async (_, options, message) => {
    const before = await readdir(folder);
    await expect(fuse(at('pan.tif'), at('ms.tif'), at('bad.tif'), options)).rejects.toThrow(
      message,
    );
    expect(await readdir(folder)).toEqual(before);
  });

  test('an input is never the output, and an output that exists stays', async () => {
    const before = await readFile(at('ms.tif'));
    const over = fuse(at('pan.tif'), at('ms.tif'), at('ms.tif'), { overwrite: true });
    await expect(over).rejects.toThrow(/other than the inputs/);
    expect(before.equals(await readFile(at('ms.tif')))).toBe(true);
    await expect(fuse(at('pan.tif'), at('ms.tif'), at('a.tif'))).rejects.toThrow(/--overwrite/);
  });
});
