/** `analyze` on weights and a picture made here. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, encodeSafetensors, input } from '@bandweave/graph';
import { openRaster, writePng } from '@bandweave/io';
import { edsr, edsrConfig } from '@bandweave/models';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
    'hr_fft.png',
    'impulse_response.png',
    'linear.png',
    'linear_fft.png',
    'lr_fft.png',
    'non_linear.png',
    'non_linear_fft.png',
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
