import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, expect, test } from 'vitest';
import { inspectOnnx } from '../../src/files/index.js';
import { exportOnnx } from '../../src/onnx/export.js';
import { batchAt, smallNetwork } from '../optim/small-network.js';
import { evaluate } from '../support/evaluate.js';

const folder = mkdtempSync(join(tmpdir(), 'bandweave-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function both(path: string) {
  const net = smallNetwork(2);
  const { x } = batchAt(0, 2);
  const weights = Object.fromEntries(net.params.entries().map((e) => [e.name, e.slot.data]));
  const [expected] = await evaluate([net.out], { x, ...weights });
  const session = await InferenceSession.create(path);
  const { out } = await session.run({ x: new Tensor('float32', x, [2, 2, 6, 6]) });
  await session.release();
  expect(out.data as Float32Array).toBeAllclose(expected, { rtol: 1e-5, atol: 1e-6 });
}

test('a small model is one file with its metadata', async () => {
  const path = join(folder, 'small.onnx');
  const { files } = await exportOnnx({ out: smallNetwork(2).out }, path, {
    metadata: { bands: '2' },
  });
  expect(files).toEqual([path]);
  await both(path);
  const info = await inspectOnnx(await readFile(path));
  expect(info.metadata.get('bands')).toBe('2');
});

test('weights above the limit lie in a file beside the model', async () => {
  const place = mkdtempSync(join(folder, 'split-'));
  const path = join(place, 'large.onnx');
  const { files } = await exportOnnx({ out: smallNetwork(2).out }, path, { externalAbove: 100 });
  expect(files).toEqual([path, `${path}.data`]);
  expect(readdirSync(place).sort()).toEqual(['large.onnx', 'large.onnx.data']);
  expect(statSync(`${path}.data`).size % 4096).toBe(0);
  await both(path);
  // Without its data the model cannot be opened: the weights are nowhere else.
  renameSync(`${path}.data`, join(place, 'elsewhere'));
  await expect(InferenceSession.create(path)).rejects.toThrow();
});
