import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, type RasterInfo, type Transform } from '@bandweave/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare } from '../../src/compare/compare.js';
import { compareTables } from '../../src/compare/compare-table.js';
import { sampleWindows } from '../../src/compare/measure-windows.js';
import { writeRaster } from '../../src/simulate/write-raster.js';

let folder: string;
let pair: { pan: string; ms: string[] };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-compare-test-'));
  pair = { pan: await make('pan.tif', 1, 1), ms: [await make('ms.tif', 3, 4)] };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** 512 m of stripes and hills with `step` metres a pixel. */
async function make(name: string, bands: number, step: number): Promise<string> {
  const side = 512 / step;
  const data = new Uint16Array(bands * side * side);
  for (let i = 0; i < data.length; i++) {
    const x = step * ((i % side) + 0.5);
    const y = step * ((Math.floor(i / side) % side) + 0.5);
    const band = Math.floor(i / side / side);
    const edge = (Math.floor(x / 37) + Math.floor(y / 29)) % 2 === 0 ? 160 : 0;
    data[i] = 500 + 40 * band + edge + 150 * Math.sin(x / 23) * Math.cos(y / 31);
  }
  const transform: Transform = [step, 0, 500_000, 0, -step, 5_400_000];
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    transform,
    crs: { epsg: 32632, name: 'EPSG:32632' },
  };
  const path = join(folder, name);
  await writeRaster(path, { raster: { bands, height: side, width: side, data }, info });
  return path;
}

test('both resolutions, every method, with deviations over windows', async () => {
  const result = await compare([pair], { methods: ['exp', 'gsa'], sensor: 'generic' });
  expect(result.scenes.map(({ resolution }) => resolution)).toEqual(['reduced', 'full']);
  const [reduced, full] = compareTables(result);
  expect(reduced!.columns.map(({ key }) => key)).toEqual([
    'q2n',
    'sam',
    'ergas',
    'scc',
    'psnr',
    'ssim',
    'fsds',
  ]);
  expect(full!.columns.map(({ key }) => key)).toContain('hqnr');
  const [exp, gsa] = reduced!.rows;
  expect(gsa!.cells[0]!.mean).toBeGreaterThan(exp!.cells[0]!.mean!);
  expect([gsa!.cells[0]!.place, exp!.cells[0]!.place]).toEqual([1, 2]);
  expect(full!.over).toBe('windows');
  expect(full!.count).toBe(9);
  expect(full!.rows[0]!.cells[0]!.deviation).toBeGreaterThan(0);
});

test('a run that goes on takes over what is there and comes to the same table', async () => {
  const out = join(folder, 'kept');
  const options = { folder: out, sensor: 'generic', resolutions: ['reduced'] } as const;
  await compare([pair], { ...options, methods: ['exp'] });
  const methods = ['exp', 'gsa', 'brovey'];
  const resumed = await compare([pair], { ...options, methods });
  expect(resumed.resumed).toBe(1);
  const fresh = await compare([pair], { ...options, folder: join(folder, 'fresh'), methods });
  const figures = (result: typeof fresh) =>
    compareTables(result)[0]!.rows.map(({ method, cells }) => ({ method, cells }));
  expect(figures(resumed)).toEqual(figures(fresh));
  // A record that was cut short counts as none.
  const record = join(out, resumed.scenes[0]!.name, 'reduced', 'gsa.json');
  writeFileSync(record, readFileSync(record, 'utf8').slice(0, 40));
  expect((await compare([pair], { ...options, methods })).resumed).toBe(2);
});

test('several pairs are averaged, deviations are over scenes', async () => {
  const pairs = [pair, { pan: pair.pan, ms: [`${pair.ms[0]},band=2+3+1`] }];
  const result = await compare(pairs, {
    methods: ['exp'],
    sensor: 'generic',
    resolutions: ['reduced'],
  });
  const [table] = compareTables(result);
  expect(table).toMatchObject({ over: 'scenes', count: 2 });
  expect(new Set(table!.scenes).size).toBe(2);
});

test('a crop keeps the phase of the pair', async () => {
  const result = await compare([pair], {
    methods: ['exp'],
    sensor: 'generic',
    resolutions: ['full'],
    crop: 200,
    folder: join(folder, 'crop'),
  });
  expect(result.scenes[0]).toMatchObject({ height: 200, width: 200, ratio: 4 });
});

test('unknown methods, networks without weights and useless weights are refused', async () => {
  const refused = (options: object) => expect(compare([pair], options)).rejects.toThrow(InputError);
  await refused({ methods: ['nope'] });
  await refused({ methods: ['fusionmamba'] });
  await refused({ methods: ['exp'], weights: { exp: 'x.pth' } });
  await expect(compare([], {})).rejects.toThrow(InputError);
});

test('windows are whole blocks inside the scene, none where it is small', () => {
  for (const [height, width] of [
    [896, 1280],
    [129, 200],
    [100, 96],
    [64, 4096],
  ] as const) {
    for (const { row, col, height: h, width: w } of sampleWindows({ height, width })) {
      expect((row % 32) + (col % 32)).toBe(0);
      expect(row + h).toBeLessThanOrEqual(height);
      expect(col + w).toBeLessThanOrEqual(width);
    }
  }
  expect(sampleWindows({ height: 96, width: 96 })).toEqual([]);
  expect(sampleWindows({ height: 896, width: 1280 })).toHaveLength(9);
});
