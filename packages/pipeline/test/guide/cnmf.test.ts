import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuse } from '../../src/fuse.js';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 32;
const BANDS = 6;

async function write(
  name: string,
  side: number,
  planes: readonly ((y: number, x: number) => number)[],
) {
  const bands = planes.length;
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    maskKind: 'nodata',
    nodata: 0,
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [64, 64],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = Uint16Array.from({ length: bands * side * side }, (_, i) => {
    const inside = i % (side * side);
    return planes[Math.floor(i / (side * side))](Math.floor(inside / side), inside % side);
  });
  const sink = await createGeoTiff(at(name), info);
  const window = { row: 0, col: 0, height: side, width: side };
  await sink.write(window, { bands, height: side, width: side, data });
  await sink.finish();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-cnmf-'));
  const left = (y: number, x: number) => (y === 0 && x === 0 ? 0 : x < SIDE / 2 ? 900 : 100);
  await write('guide.tif', SIDE, [left, (y, x) => 1000 - left(y, x)]);
  const band = (k: number) => (_: number, x: number) =>
    x < SIDE / 8 ? 100 * k + 50 : 700 - 100 * k;
  await write('cube.tif', SIDE / 4, [0, 1, 2, 3, 4, 5].map(band));
  await writeFile(at('response.csv'), '1 0\n1 0\n1 0\n0 1\n0 1\n0 1\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (options: Parameters<typeof fuse>[3]) =>
  fuse(at('guide.tif'), at('cube.tif'), at('out.tif'), {
    method: 'cnmf',
    overwrite: true,
    ...options,
  });

describe('cnmf through files', () => {
  test('the edge of the guide cuts every band, empty guide pixels stay empty', async () => {
    const result = await run({ endmembers: 4 });
    expect(result.method).toBe('cnmf');
    expect(result.guide?.response?.length).toBe(2);
    const source = await openRaster(at('out.tif'));
    const { data, mask } = await source.read({ row: 0, col: 0, height: SIDE, width: SIDE });
    await source.close();
    expect(mask?.[0]).toBe(0);
    for (let k = 0; k < BANDS; k++) {
      const row = (k * SIDE + 9) * SIDE;
      expect(Math.abs(data[row + SIDE / 2 - 1] - (100 * k + 50))).toBeLessThan(60);
      expect(Math.abs(data[row + SIDE / 2] - (700 - 100 * k))).toBeLessThan(60);
    }
  });

  test('bands are chosen, and a response is taken from a file', async () => {
    const result = await run({ bands: [6, 1], response: at('response.csv'), endmembers: 3 });
    expect([result.bands, result.guide?.response?.[0][5]]).toEqual([2, 0]);
  });

  test.each([
    [{ response: 'ikonos' }, /expected the wavelengths of its bands, got none/],
    [{ memory: 2 ** 26 }, /--memory: expected at least \d+m for cnmf/],
    [{ weights: 'w.safetensors' }, /--weights: expected another method/],
    [{ method: 'gsa', endmembers: 3 }, /--endmembers: expected cnmf as --method/],
  ])('%o is refused in one line, and nothing is left', async (options, why) => {
    await rm(at('out.tif'), { force: true });
    await expect(run(options)).rejects.toThrow(why);
    expect(existsSync(at('out.tif'))).toBe(false);
  });
});
