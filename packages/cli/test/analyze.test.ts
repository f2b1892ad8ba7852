/** `analyze` on weights and a picture made here. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, createParams, encodeSafetensors, input } from '@bandweave/graph';
import { openRaster, writePng } from '@bandweave/io';
import { edsr, edsrConfig } from '@bandweave/models';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePair } from './made-pair.js';
import { runMain } from './run-main.js';

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-analyze-'));
  const params = createParams({ seed: 1 });
  edsr(edsrConfig({ features: 8, blocks: 1, scale: 3 }), params, input('image', [1, 3, 8, 8]));
  writeFileSync(path('edsr.safetensors'), encodeSafetensors(params.stateDict()));
  const data = Uint8Array.from({ length: 24 * 20 * 3 }, (_, i) => (i * 37) % 251);
  await writePng(path('small.png'), { width: 24, height: 20, channels: 3, data });
});
afterAll(() => rmSync(folder, { recursive: true }));

const analyzed = (...args: string[]) =>
  runMain('analyze', path('edsr.safetensors'), path('small.png'), '-q', ...args);

test('writes the published pictures and says how linear the network is', async () => {
  const { code, out } = await analyzed('-o', path('published'), '--json');
  expect(code).toBe(0);
  const told = JSON.parse(out);
  expect(told).toMatchObject({ name: 'edsr', scale: 3, mode: 'published' });
  expect(readdirSync(path('published')).sort()).toEqual([
    'cross_section.svg',
    'hr_fft.png',
    'impulse_response.png',
    'impulse_surface.svg',
    'linear.png',
    'linear_fft.png',
    'lr_fft.png',
    'non_linear.png',
    'non_linear_fft.png',
    'radial.svg',
  ]);
  expect(told.sinc).toHaveLength(3);
  for (const share of Object.values(told.energyInBox)) {
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  }
  // (h + 2 floor(33/6)) 3 - 33 + 1 rows, as published.
  const { info } = await openRaster(path('published/linear.png'));
  expect([info.height, info.width]).toEqual([(20 + 10) * 3 - 32, (24 + 10) * 3 - 32]);
});

test('by superposition everything has the size of the output', async () => {
  const options = ['--mode', 'convolution', '--zero-response', 'removed'];
  expect((await analyzed('-o', path('own'), ...options)).code).toBe(0);
  const { info } = await openRaster(path('own/non_linear.png'));
  expect([info.height, info.width]).toEqual([60, 72]);
});

test('a folder that holds something is left alone', async () => {
  const { code, err } = await analyzed('-o', folder);
  expect(code).toBe(2);
  expect(err).toMatch(/expected .* to be empty/);
});

test('weights of another kind are refused in one line', async () => {
  writeFileSync(
    path('other.safetensors'),
    encodeSafetensors(new Map([['weight', { shape: [1], data: new Float32Array(1) }]])),
  );
  const { code, err } = await runMain(
    ...['analyze', path('other.safetensors'), path('small.png'), '-o', path('none')],
  );
  expect(code).toBe(2);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toMatch(/expected weights of EDSR, RCAN or SwinIR/);
});

test('an ONNX file is probed like the weights it was made of', async () => {
  const params = createParams({ seed: 1 });
  const image = input('image', [1, 3, 20, 24]);
  const config = edsrConfig({ features: 8, blocks: 1, scale: 3 });
  // The network's full range is 255, which the model does not know.
  const model = compile({ large: edsr(config, params, image) }, { weights: 'initializers' });
  writeFileSync(path('edsr.onnx'), model.bytes);
  const args = ['--full-range', '255', '--json', '-q', '--report'];
  const ran = await runMain(
    ...['analyze', path('edsr.onnx'), path('small.png'), '-o', path('onnx'), ...args],
  );
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
  const told = JSON.parse(ran.out);
  expect(told).toMatchObject({ name: 'onnx', scale: 3 });
  expect(told.files).toContain('index.html');
  const weights = JSON.parse((await analyzed('-o', path('same'), '--json')).out);
  expect(told.energyInBox.output).toBeCloseTo(weights.energyInBox.output, 5);
  expect(readFileSync(path('onnx/index.html'), 'utf8')).toContain('Impulse response');
  expect(readFileSync(path('onnx/radial.svg'), 'utf8')).toMatch(/^<svg[^>]+><title>.+<style>/);
});

test('two pictures made elsewhere are taken apart as the published command does', async () => {
  const side = 33;
  const bright = new Uint8Array(3 * side * side);
  bright.fill(255, 3 * (16 * side + 16), 3 * (16 * side + 17));
  await writePng(path('response.png'), { width: side, height: side, channels: 3, data: bright });
  const large = new Uint8Array(72 * 60 * 3).fill(90);
  await writePng(path('large.png'), { width: 72, height: 60, channels: 3, data: large });
  const args = ['-o', path('elsewhere'), '--answer', path('large.png'), '--json', '-q'];
  const ran = await runMain('analyze', path('response.png'), path('small.png'), ...args);
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(ran.out)).toMatchObject({ name: 'pictures', scale: 3, gain: [1, 1, 1] });
  const refused = await runMain(
    'analyze',
    path('response.png'),
    path('small.png'),
    '-o',
    path('x'),
  );
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/got a picture; with --answer FILE/);
});

test('bicubic is linear to the rounding of float64', async () => {
  const options = ['--mode', 'convolution', '--scale', '4', '--side', '23', '--json', '-q'];
  const ran = await runMain('analyze', 'bicubic', path('small.png'), '-o', path('b'), ...options);
  expect(ran.code).toBe(0);
  const told = JSON.parse(ran.out);
  expect(told.residualShare).toBeLessThan(1e-9);
  expect(told.gain).toBeAllclose([16, 16, 16], { rtol: 1e-9 });
});

test('a fusion method is split into what comes from PAN and from MS', async () => {
  const pair = await makePair(folder, { side: 192 });
  const args = ['-o', path('gsa'), '--json', '-q', '--report', '--side', '12'];
  const ran = await runMain('analyze', 'gsa', pair.pan, pair.ms, ...args);
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
  const told = JSON.parse(ran.out);
  expect(told).toMatchObject({ method: 'gsa', ratio: 4 });
  expect(told.bands).toHaveLength(4);
  for (const { low, high } of told.bands) {
    expect(low.pan + low.ms + low.residual).toBeCloseTo(1, 9);
    expect(Math.abs(high.residual)).toBeLessThan(0.01);
  }
  expect(readdirSync(path('gsa'))).toContain('sources.svg');
  const wrong = await runMain('analyze', 'nothing', pair.pan, pair.ms, '-o', path('y'));
  expect(wrong.code).toBe(2);
  expect(wrong.err.trim().split('\n')).toHaveLength(1);
});
