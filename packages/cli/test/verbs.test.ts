/** The verbs on small made files, as a user runs them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@bandweave/graph';
import { openRaster } from '@bandweave/io';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MS_TRANSFORM, make, makePair } from './made-pair.js';
import { runMain } from './run-main.js';

let folder: string;
let pair: { pan: string; ms: string };
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-verbs-'));
  pair = await makePair(folder, { side: 128 });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function whole(path: string) {
  const source = await openRaster(path);
  const { height, width } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return { raster, info: source.info };
}

test('fuse --json answers with method, output, seconds and memory, and writes PAN’s grid', async () => {
  const { code, out, err } = await runMain(
    'fuse',
    pair.pan,
    pair.ms,
    '-o',
    at('json.tif'),
    '--json',
    '-q',
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const result = JSON.parse(out);
  expect(result).toMatchObject({
    method: 'mtf-glp-fs',
    output: at('json.tif'),
    width: 128,
    height: 128,
    bands: 4,
  });
  expect(result.seconds).toBeGreaterThan(0);
  expect(result.peakRssMb).toBeGreaterThan(10);
  expect(result.ratio).toEqual([4, 4]);
  const { info } = await whole(at('json.tif'));
  expect(info).toMatchObject({
    dataType: 'uint16',
    crs: { epsg: 32632 },
    transform: [1, 0, 500_000, 0, -1, 5_400_000],
  });
});

test('fuse says what it found on stderr and what it made on stdout', async () => {
  const { out, err } = await runMain('fuse', pair.pan, pair.ms, '-o', at('said.tif'));
  expect(err).toMatch(/^ratio 4, MS begins 0 rows and 0 columns/m);
  expect(err).toContain('100 - done.');
  expect(out).toMatch(/said\.tif: 128 x 128 pixels, 4 bands, uint16, by mtf-glp-fs/);
});

test('fuse takes one file a band, and bands of a file, in the order they are named', async () => {
  const args = [
    'fuse',
    pair.pan,
    `${pair.ms},band=3`,
    `${pair.ms},band=1`,
    '-o',
    at('two.tif'),
    '-m',
    'exp',
    '-q',
  ];
  expect((await runMain(...args)).code).toBe(0);
  expect(
    (await runMain('fuse', pair.pan, pair.ms, '-o', at('four.tif'), '-m', 'exp', '-q')).code,
  ).toBe(0);
  const two = await whole(at('two.tif'));
  const four = await whole(at('four.tif'));
  const size = 128 * 128;
  expect(two.raster.bands).toBe(2);
  expect(two.raster.data.subarray(0, size)).toEqual(four.raster.data.subarray(2 * size, 3 * size));
  expect(two.raster.data.subarray(size)).toEqual(four.raster.data.subarray(0, size));
});

test('fuse --report writes one page beside the output', async () => {
  const { code, out } = await runMain(
    'fuse',
    pair.pan,
    pair.ms,
    '-o',
    at('with.tif'),
    '--report',
    '--json',
    '-q',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out).report).toBe(at('with.html'));
  const page = readFileSync(at('with.html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>/i);
  for (const word of ['mtf-glp-fs', 'QNR']) expect(page).toContain(word);
});

test('assess against a reference prints the keys of the product', async () => {
  const { code, out } = await runMain(
    'assess',
    pair.ms,
    '--reference',
    pair.ms,
    '--ratio',
    '4',
    '--json',
    '-q',
  );
  expect(code).toBe(0);
  const { indices } = JSON.parse(out);
  expect(Object.keys(indices)).toEqual([
    'q2n',
    'sam',
    'ergas',
    'scc',
    'psnr',
    'ssim',
    'rmse',
    'cc',
    'q',
    'fsds',
  ]);
  expect(indices).toMatchObject({ sam: 0, ergas: 0, rmse: 0, psnr: 'Infinity' });
  expect(indices.q2n).toBeCloseTo(1, 9);
});

test('assess against the pair prefers the fused image to a shifted one', async () => {
  const good = await runMain(
    'assess',
    at('json.tif'),
    '--pan',
    pair.pan,
    '--ms',
    pair.ms,
    '--json',
    '-q',
  );
  const { indices } = JSON.parse(good.out);
  expect(Object.keys(indices)).toEqual(['d_lambda', 'd_s', 'qnr', 'd_lambda_k', 'hqnr']);
  expect(indices.hqnr).toBeGreaterThan(0.8);
  const table = await runMain('assess', at('json.tif'), '--pan', pair.pan, '--ms', pair.ms, '-q');
  expect(table.out).toMatch(/^D_lambda_K +0\.\d{4}/m);
});

test('simulate, fuse and assess go together, the pair lying half a pixel off its corner', async () => {
  expect((await runMain('simulate', pair.pan, pair.ms, '-o', at('low'), '-q')).code).toBe(0);
  expect(readdirSync(at('low')).sort()).toEqual([
    'ms.tif',
    'pan.tif',
    'reference.tif',
    'scene.json',
  ]);
  const fused = await runMain(
    'fuse',
    at('low/pan.tif'),
    at('low/ms.tif'),
    '-o',
    at('low/f.tif'),
    '--json',
    '-q',
  );
  expect(JSON.parse(fused.out).offset).toEqual([0.5, 0.5]);
  const { out } = await runMain(
    'assess',
    at('low/f.tif'),
    '--reference',
    at('low/reference.tif'),
    '--json',
    '-q',
  );
  expect(JSON.parse(out).indices.q2n).toBeGreaterThan(0.5);
});

test('convert changes type, bands and storage, and keeps the georeference', async () => {
  const args = [
    'convert',
    pair.ms,
    '-o',
    at('c.tif'),
    '--type',
    'float32',
    '-b',
    '4,1',
    '--compress',
    'lzw',
    '-q',
  ];
  expect(await runMain(...args)).toMatchObject({ code: 0, err: '' });
  const { raster, info } = await whole(at('c.tif'));
  const original = await whole(pair.ms);
  const size = 32 * 32;
  expect(info).toMatchObject({
    dataType: 'float32',
    bands: 2,
    transform: MS_TRANSFORM,
    crs: { epsg: 32632 },
  });
  expect(Array.from(raster.data.subarray(0, size))).toEqual(
    Array.from(original.raster.data.subarray(3 * size)),
  );
});

test('convert clamps and rounds what a type cannot hold, and moves empty pixels to the new nodata', async () => {
  const value = (_: number, x: number) => (x < 20 ? -9999 : x * 10 - 300.4);
  await make(folder, 'wide.tif', {
    height: 8,
    width: 64,
    dataType: 'float32',
    nodata: -9999,
    value,
  });
  const args = [
    'convert',
    at('wide.tif'),
    '-o',
    at('narrow.tif'),
    '--type',
    'uint8',
    '--nodata',
    '255',
    '-q',
  ];
  expect(await runMain(...args)).toMatchObject({ code: 0, err: '' });
  const { raster, info } = await whole(at('narrow.tif'));
  expect(info.nodata).toBe(255);
  expect(raster.data[0]).toBe(255);
  expect(raster.data[24]).toBe(0); // 24.5 m: -55.4
  expect(raster.data[40]).toBe(105); // 40.5 m: 104.6
});

test('convert draws a PNG of three bands, stretched, with empty pixels transparent', async () => {
  const args = ['convert', pair.ms, '-o', at('c.png'), '--bands', '3,2,1', '-q'];
  expect((await runMain(...args)).out).toContain('32 x 32 pixels, bands 3, 2, 1');
  const { data, info } = await sharp(at('c.png')).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 32, height: 32, channels: 4 });
  const red = data.filter((_, i) => i % 4 === 0);
  expect(Math.max(...red)).toBe(255);
  expect(Math.min(...red)).toBe(0);
});

test('convert makes safetensors of a PyTorch file', async () => {
  const input = 'packages/graph/test/files/fixtures/plain.pth';
  const { code, out } = await runMain('convert', input, '-o', at('w.safetensors'), '-q');
  expect(code).toBe(0);
  expect(out).toMatch(/w\.safetensors: PyTorch zip file, 9 tensors/);
  expect((await readSafetensors(at('w.safetensors'))).tensors.size).toBe(9);
});

test.each([
  ['a raster', () => pair.ms, 'raster'],
  ['weights', () => 'packages/graph/test/files/fixtures/plain-legacy.pth', 'weights'],
  ['an ONNX model', () => 'packages/graph/test/files/fixtures/network.onnx', 'onnx'],
] as const)('info tells %s by its content, as text and as JSON', async (_, file, kind) => {
  const { code, out } = await runMain('info', file(), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ file: file(), kind });
  const text = (await runMain('info', file())).out;
  expect(text).toContain(file());
  expect(text.split('\n').length).toBeLessThan(50);
});

test('demo makes the scene, three fusions, figures, a picture and a page', async () => {
  const { code, out, err } = await runMain('demo', '-o', at('demo'), '--size', '256', '-q');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const method of ['exp', 'brovey', 'gsa', 'mtf-glp-fs'])
    expect(out).toMatch(new RegExp(`^${method} `, 'm'));
  for (const name of ['picture.png', 'report.html', 'pan.tif', 'ms.tif', 'truth.tif', 'gsa.tif']) {
    expect(existsSync(at(`demo/${name}`))).toBe(true);
  }
  const q2n = (method: string) => Number(new RegExp(`^${method} +([\\d.]+)`, 'm').exec(out)?.[1]);
  expect(q2n('mtf-glp-fs')).toBeGreaterThan(q2n('exp') + 0.05);
});
