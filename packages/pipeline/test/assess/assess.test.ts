import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RasterInfo, Transform } from '@bandweave/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assess } from '../../src/assess/assess.js';
import { fuse } from '../../src/fuse.js';
import { writeRaster } from '../../src/simulate/write-raster.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-assess-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Made {
  readonly side: number;
  readonly bands?: number;
  readonly transform: Transform;
  readonly nodata?: number;
  readonly value: (band: number, x: number, y: number) => number;
}

async function put(name: string, { side, bands = 1, transform, nodata, value }: Made) {
  const data = new Float32Array(bands * side * side);
  for (let i = 0; i < data.length; i++) {
    const col = i % side;
    const row = Math.floor(i / side) % side;
    const [a, , c, , e, f] = transform;
    data[i] = value(Math.floor(i / side / side), c + a * (col + 0.5), f + e * (row + 0.5));
  }
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'float32',
    maskKind: nodata === undefined ? 'none' : 'nodata',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    transform,
    crs: { epsg: 32632, name: 'EPSG:32632' },
    metadata: {},
    ...(nodata === undefined ? {} : { nodata }),
  };
  const path = join(folder, name);
  await writeRaster(path, { raster: { bands, height: side, width: side, data }, info });
  return path;
}

const hills = (band: number, x: number, y: number) =>
  500 + 40 * band + 90 * Math.sin(x / 9 + band) + 60 * Math.cos(y / 7 - band);

const PAN: Transform = [1, 0, 0, 0, -1, 0];

test.each([0, 0.5, -1.5])(
  'MS %f pixels off PAN’s corner is enlarged where it lies',
  async (off) => {
    const pan = await put('pan.tif', {
      side: 96,
      transform: PAN,
      value: (_, x, y) => hills(1, x, y),
    });
    const transform: Transform = [4, 0, off, 0, -4, -off];
    const ms = await put('ms.tif', { side: 24, bands: 3, transform, value: hills });
    const output = join(folder, 'exp.tif');
    await fuse(pan, ms, output, { method: 'exp', sensor: 'generic', overwrite: true });
    const { indices, pixels } = await assess(output, { pan, ms }, { sensor: 'generic' });
    // EXP is MS enlarged: no relation between bands has changed, up to float32 in the file.
    expect(indices['d_lambda']).toBeLessThan(1e-6);
    expect(indices['qnr']).toBeCloseTo(1 - indices['d_s']!, 6);
    expect(pixels).toBeGreaterThan(90 * 90);
  },
);

test('pixels without data in either image do not count', async () => {
  const value = (band: number, x: number, y: number) => (x < 20 ? -9999 : hills(band, x, y));
  const worse = (band: number, x: number, y: number) => (x < 20 ? 7 : hills(band, x, y) + 3);
  const reference = await put('holes.tif', {
    side: 64,
    bands: 2,
    transform: PAN,
    nodata: -9999,
    value,
  });
  const fused = await put('fused.tif', { side: 64, bands: 2, transform: PAN, value: worse });
  const { indices, pixels } = await assess(fused, { reference }, { ratio: 4 });
  expect(pixels).toBe(64 * 44);
  expect(indices['rmse']).toBeCloseTo(3, 5);
});

test('a reference on another grid is compared all the same, and said to be off', async () => {
  const one = await put('one.tif', { side: 40, transform: PAN, value: hills });
  const two = await put('two.tif', { side: 40, transform: [1, 0, 0.5, 0, -1, 0], value: hills });
  const lines: string[] = [];
  await assess(one, { reference: two }, { ratio: 4, onMessage: (line) => lines.push(line) });
  expect(lines.join('\n')).toMatch(/warning: .*one\.tif lies 0\.50 pixels off .*two\.tif/);
});

test('without a ratio a sensor tells it', async () => {
  const one = await put('one.tif', { side: 40, transform: PAN, value: hills });
  const { ratio } = await assess(one, { reference: one }, { sensor: 'landsat-8' });
  expect(ratio).toBe(2);
});

test('bands are assessed one by one, and spectra are read at pixels', async () => {
  const facts = { side: 24, bands: 3, transform: PAN } as const;
  const reference = await put('truth.tif', { ...facts, value: hills });
  const off = (band: number, x: number, y: number) => hills(band, x, y) + 2 * band;
  const estimate = await put('estimate.tif', { ...facts, value: off });
  const options = { ratio: 4, byBand: true, points: [[3, 5]] } as const;
  const { byBand, points } = await assess(estimate, { reference }, options);
  expect(byBand?.rmse.map((value) => Math.round(value * 100) / 100)).toEqual([0, 2, 4]);
  const [{ fused, reference: truth }] = points!;
  expect(fused[2] - truth[2]).toBeCloseTo(4, 3);
  const outside = assess(estimate, { reference }, { ratio: 4, points: [[24, 0]] });
  await expect(outside).rejects.toThrow(/--points: expected rows below 24/);
});
