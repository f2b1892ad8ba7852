import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/onnx/export.js';
import { adam, createTrainer } from '../../src/optim/index.js';
import { batchAt, smallNetwork } from '../optim/small-network.js';
import { evaluate } from '../support/evaluate.js';
import { serve } from './site.js';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const found = existsSync(executablePath);
if (!found) process.stderr.write('skipped: no Chromium\n');

/** What site.ts puts into the page. */
declare const window: {
  ready: boolean;
  adapter(): Promise<boolean>;
  runModel(provider: string, dims: number[], values: number[]): Promise<number[]>;
};

describe.skipIf(!found)('a trained and exported network in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-browser-'));
  let browser: Browser;
  let page: Page;
  let site: Awaited<ReturnType<typeof serve>>;
  let expected: number[];
  const { x } = batchAt(9, 2);

  beforeAll(async () => {
    const net = smallNetwork(2);
    const trainer = await createTrainer({ ...net, optimizer: adam(), lr: 0.01, threads: 1 });
    for (let i = 0; i < 5; i++) await trainer.train(batchAt(2 * i, 2));
    await trainer.close();
    const weights = Object.fromEntries(net.params.entries().map((e) => [e.name, e.slot.data]));
    [expected] = await evaluate([net.out], { x, ...weights });
    const path = join(folder, 'model.onnx');
    await exportOnnx({ out: net.out }, path);
    site = await serve(await readFile(path));
    const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
    browser = await chromium.launch({ executablePath, args });
    page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => window.ready);
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const runOn = (provider: string) =>
    page.evaluate(([name, values]) => window.runModel(name, [2, 2, 6, 6], values), [
      provider,
      [...x],
    ] as const);

  test('gives the same on WebAssembly', async () => {
    expect(await runOn('wasm')).toBeAllclose(expected, { rtol: 1e-4, atol: 1e-5 });
  });

  test('gives the same on WebGPU where there is an adapter', async (context) => {
    if (!(await page.evaluate(() => window.adapter()))) context.skip('no WebGPU adapter');
    expect(await runOn('webgpu')).toBeAllclose(expected, { rtol: 1e-4, atol: 1e-5 });
  });
});
