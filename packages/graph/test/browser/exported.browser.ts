import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/onnx/export.js';
import { adam, createTrainer } from '../../src/optim/index.js';
import { createSession } from '../../src/session/session.js';
import { batchAt, smallNetwork } from '../optim/small-network.js';
import { evaluate } from '../support/evaluate.js';
import type { api as pageApi } from './page.js';
import { scanFeeds, scanModel } from './scan-model.js';
import { type Site, serve } from './site.js';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const found = existsSync(executablePath);
if (!found) process.stderr.write('skipped: no Chromium\n');

/** What page.ts puts into the page. */
declare const api: typeof pageApi;

describe.skipIf(!found)('sessions in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-browser-'));
  let browser: Browser;
  let page: Page;
  let site: Site;
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
    await page.waitForFunction(() => 'api' in globalThis);
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const adapter = () => page.evaluate(() => api.adapter());

  test.each([
    ['wasm', 'here'],
    ['wasm', 'worker'],
    ['webgpu', 'here'],
    ['webgpu', 'worker'],
  ] as const)(
    'a trained and exported network gives the same on %s, %s',
    async (provider, where, context) => {
      if (provider === 'webgpu' && !(await adapter())) context.skip('no WebGPU adapter');
      const result = await page.evaluate(
        ([provider, where, values]) => api.runModel(where, { provider }, values),
        [provider, where, [...x]] as const,
      );
      expect(result.provider).toBe(provider);
      expect(result.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [2, 2, 6, 6] }]);
      expect(result.values).toBeAllclose(expected, { rtol: 1e-4, atol: 1e-5 });
    },
  );

  test.each(['wasm', 'webgpu'] as const)(
    'a selective scan gives the same on %s',
    async (provider, context) => {
      if (provider === 'webgpu' && !(await adapter())) context.skip('no WebGPU adapter');
      const session = await createSession(scanModel({ provider: 'cpu' }), { threads: 1 });
      const { y, last } = await session.run(scanFeeds());
      await session.close();
      const [there, state] = await page.evaluate((p) => api.scan(p), provider);
      expect(there).toBeAllclose(y.data as Float32Array, { rtol: 1e-4, atol: 1e-5 });
      expect(state).toBeAllclose(last.data as Float32Array, { rtol: 1e-4, atol: 1e-5 });
    },
  );

  test('a provider that is not there is refused, and no other steps in', async () => {
    const say = (provider: 'cpu' | 'cuda') =>
      page.evaluate((p) => api.attempt({ provider: p }), provider);
    expect(await say('cpu')).toBe('createSession: expected wasm or webgpu in a browser, got cpu.');
    expect(await say('cuda')).toContain('got cuda');
    const plain = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const bare = await plain.newPage();
    await bare.goto(site.url);
    await bare.waitForFunction(() => 'api' in globalThis);
    const has = await bare.evaluate(() => api.adapter());
    const said = await bare.evaluate(() => api.attempt({ provider: 'webgpu' }));
    await plain.close();
    expect(said).toContain(has ? 'made' : 'expected a model that runs on webgpu');
  });

  test('operators without a kernel run on the processor or are refused, as is asked', async (context) => {
    if (!(await adapter())) context.skip('no WebGPU adapter');
    const say = (unsupported: 'processor' | 'refuse') =>
      page.evaluate((u) => api.attempt({ provider: 'webgpu', unsupported: u }), unsupported);
    expect(await say('processor')).toBe('made');
    expect(await say('refuse')).toContain('expected a model that runs on webgpu');
  });

  test('a run in a worker is given up within a moment', async () => {
    const { reason, ms } = await page.evaluate(() => api.giveUp());
    expect(reason).toBe('enough');
    expect(ms).toBeLessThan(500);
  });

  test('sessions are kept by the shape of their input', async () => {
    expect(await page.evaluate(() => api.byShape())).toBe(2);
  });

  test('the bundle holds the runtime of browsers and not that of Node', () => {
    const from = (name: string) => site.modules.filter((id) => id.includes(`/${name}/`));
    expect(from('onnxruntime-web')).not.toEqual([]);
    expect(from('onnxruntime-node')).toEqual([]);
  });
});
