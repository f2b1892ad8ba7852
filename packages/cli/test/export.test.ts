/** `export` on weights made here: the file runs, and says what it is. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createParams,
  createSession,
  encodeSafetensors,
  input,
  inspectOnnx,
  random,
} from '@bandweave/graph';
import { findNetwork, openFusionNetwork } from '@bandweave/models';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main.js';

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-export-'));
  const size = { panBands: 1, msBands: 4, ratio: 4 };
  const params = createParams({ seed: 1 });
  findNetwork('fusionnet')!
    .create(size)
    .build(params, {
      pan: input('pan', [1, 1, 32, 32]),
      ms: input('ms', [1, 4, 8, 8]),
      lms: input('lms', [1, 4, 32, 32]),
    });
  writeFileSync(path('weights.safetensors'), encodeSafetensors(params.stateDict()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const exported = (...args: string[]) =>
  runMain('export', 'fusionnet', '--weights', path('weights.safetensors'), ...args);

test('the file gives what the network gives, and names its network', async () => {
  const output = path('net.onnx');
  const { code, out } = await exported('-o', output, '--size', '32x48', '--json');
  expect(code).toBe(0);
  const told = JSON.parse(out);
  expect(told).toMatchObject({ method: 'fusionnet', files: [output], ratio: 4, msBands: 4 });
  expect(told.outputs).toEqual({ fused: [1, 4, 32, 48] });

  const source = random(2);
  const fill = (n: number) => Float32Array.from({ length: n }, () => source.uniform());
  const [pan, ms, lms] = [fill(32 * 48), fill(4 * 8 * 12), fill(4 * 32 * 48)];
  const session = await createSession(output, { threads: 1 });
  const all: Record<string, Float32Array> = { pan, ms, lms };
  const feeds = Object.fromEntries(session.inputs.map(({ name }) => [name, all[name]]));
  const { fused } = await session.run(feeds);
  await session.close();
  const network = await openFusionNetwork('fusionnet', path('weights.safetensors'));
  const direct = await network.run({ pan, ms, lms: () => lms, height: 32, width: 48 });
  await network.close();
  expect(fused.data as Float32Array).toBeAllclose(direct, { rtol: 1e-4, atol: 1e-5 });

  const info = await inspectOnnx(output);
  expect(JSON.parse(info.metadata.get('bandweave') ?? '')).toMatchObject({
    network: 'fusionnet',
    height: 32,
    width: 48,
  });
  expect([...info.operators.keys()].filter((name) => name.includes(':'))).toEqual([]);
});

test('what is wrong is told in one line, and nothing is written', async () => {
  writeFileSync(path('there.onnx'), 'mine');
  const before = readdirSync(folder);
  const cases: [string[], RegExp][] = [
    [['-o', path('new.onnx'), '--size', '33'], /multiples of 4, got 33x33; try 32x32\./],
    [['-o', path('new.onnx'), '--size', 'big'], /--size: expected sides from 1 to 4096/],
    [['-o', path('new.onnx'), '--weights', path('none.pth')], /expected a file, got nothing there/],
    [['-o', path('new.bin')], /expected an output that ends in \.onnx/],
    [['-o', path('there.onnx')], /one that exists/],
    [['-o', join(folder, 'no', 'new.onnx')], /expected a folder/],
    [[], /expected the option -o, --output <file>/],
  ];
  for (const [args, message] of cases) {
    const { code, err, out } = await exported(...args);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
  }
  const wrong = ['export', 'gsa', '--weights', path('weights.safetensors'), '-o', path('n.onnx')];
  expect((await runMain(...wrong)).err).toMatch(
    /expected a network \(.*fusionmamba.*\), got "gsa"/,
  );
  const other = ['export', 'pnn', '--weights', path('weights.safetensors'), '-o', path('n.onnx')];
  expect((await runMain(...other)).code).toBe(2);
  expect(readdirSync(folder)).toEqual(before);
});
