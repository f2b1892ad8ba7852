import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMethod, fuseArrays } from '@bandweave/fusion';
import type { RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { fuse } from '@bandweave/pipeline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** One block of sr-d high, two wide. */
const HEIGHT = 96;
const WIDTH = 288;
let folder: string;
const at = (name: string) => join(folder, name);

const texture = (row: number, col: number) =>
  600 + 200 * Math.sin(row / 9) + 150 * Math.cos(col / 13) + ((row * 31 + col * 17) % 50);

async function write(name: string, pixel: number, bands: number): Promise<void> {
  const height = HEIGHT / pixel;
  const width = WIDTH / pixel;
  const info: RasterInfo = {
    width,
    height,
    bands,
    dataType: 'uint16',
    maskKind: 'none',
    transform: [pixel / 2, 0, 400000, 0, -pixel / 2, 5600000],
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = new Uint16Array(bands * height * width);
  const middle = (pixel - 1) / 2;
  for (let i = 0; i < data.length; i++) {
    const p = i % (height * width);
    const light = texture(pixel * Math.floor(p / width) + middle, pixel * (p % width) + middle);
    data[i] = light * (0.7 + 0.2 * Math.floor(i / (height * width)));
  }
  const sink = await createGeoTiff(at(name), info);
  const whole = { row: 0, col: 0, height, width };
  await sink.write(whole, { bands, height, width, data });
  await sink.finish();
}

async function read(name: string) {
  const source = await openRaster(at(name));
  const { height, width } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return raster;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-scene-'));
  await write('pan.tif', 1, 1);
  await write('ms.tif', 4, 4);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('methods of whole scenes', () => {
  test.each(['tv', 'pwmbf'])('%s gives what it gives arrays, and says so', async (method) => {
    const messages: string[] = [];
    const onMessage = (line: string) => messages.push(line);
    await fuse(at('pan.tif'), at('ms.tif'), at(`${method}.tif`), { method, onMessage });
    expect(messages).toContain(`${method} looks at the whole scene at once`);
    const { data } = await read(`${method}.tif`);
    const pair = { pan: await read('pan.tif'), ms: await read('ms.tif') };
    const wanted = fuseArrays(pair, findMethod(method)).data;
    const off = data.reduce((most, v, i) => Math.max(most, Math.abs(v - wanted[i])), 0);
    expect(off).toBeLessThanOrEqual(1);
  });

  test('sr-d works in blocks without seams between them', async () => {
    const messages: string[] = [];
    const onMessage = (line: string) => messages.push(line);
    await fuse(at('pan.tif'), at('ms.tif'), at('sr-d.tif'), { method: 'sr-d', onMessage });
    expect(messages.join()).toMatch(/sr-d works in blocks of 256 pixels that overlap by 64/);
    const { data } = await read('sr-d.tif');
    const pair = { pan: await read('pan.tif'), ms: await read('ms.tif') };
    const whole = fuseArrays(pair, findMethod('sr-d')).data;
    const light = (row: number, col: number) => 0.7 * texture(row, col);
    const error = (image: ArrayLike<number>) => {
      let squares = 0;
      for (let p = 0; p < HEIGHT * WIDTH; p++) {
        squares += (image[p] - light(Math.floor(p / WIDTH), p % WIDTH)) ** 2;
      }
      return Math.sqrt(squares / (HEIGHT * WIDTH));
    };
    // The grain that MS does not show puts even one block off; fits without a ridge blew it up.
    expect(error(data)).toBeLessThan(1.05 * error(whole));
    expect(error(whole)).toBeLessThan(60);
    const jumps = new Float64Array(WIDTH);
    for (let row = 0; row < HEIGHT; row++) {
      for (let col = 1; col < WIDTH; col++) {
        const p = row * WIDTH + col;
        const step = data[p] - light(row, col) - (data[p - 1] - light(row, col - 1));
        jumps[col] += Math.abs(step) / HEIGHT;
      }
    }
    // Blocks begin and end, and their weights do, at these columns.
    const edges = [32, 48, 240, 256];
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
    for (const col of edges) {
      const beside = mean(jumps.filter((_, at) => at !== col && Math.abs(at - col) <= 8));
      expect(jumps[col]).toBeLessThan(1.1 * beside);
    }
  });

  test('a memory that cannot hold a block is refused in one line, and nothing is written', async () => {
    const before = await readdir(folder);
    const options = { method: 'sr-d', memory: 64 * 2 ** 20 };
    await expect(fuse(at('pan.tif'), at('ms.tif'), at('none.tif'), options)).rejects.toThrow(
      /--memory: expected at least \d+m for sr-d.*got 64m/,
    );
    const made = (await readdir(folder)).filter((name) => !before.includes(name));
    expect(made).toEqual([]);
  });

  test('--block is for bdsd', async () => {
    const options = { method: 'gsa', block: 64 };
    await expect(fuse(at('pan.tif'), at('ms.tif'), at('none.tif'), options)).rejects.toThrow(
      /--block: expected bdsd as --method, got gsa/,
    );
  });
});

test.each(['pca', 'bt-h', 'c-gsa', 'pracs', 'bdsd', 'bdsd-pc'])(
  '%s gives the same counts whatever the tile, in any mode',
  async (method) => {
    for (const mode of ['mended', 'released'] as const) {
      const run = async (tile: number) => {
        await fuse(at('pan.tif'), at('ms.tif'), at('t.tif'), {
          method,
          mode,
          tile,
          overwrite: true,
        });
        return (await read('t.tif')).data;
      };
      const whole = await run(1024);
      const tiled = await run(64);
      const off = whole.reduce((most, v, i) => Math.max(most, Math.abs(v - tiled[i])), 0);
      expect(off).toBeLessThanOrEqual(1);
    }
  },
);
