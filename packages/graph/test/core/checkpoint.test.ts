import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { checkpoint } from '../../src/core/checkpoint.js';
import { grad, stopGradient } from '../../src/core/grad.js';
import { input, type Tensor } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import * as ops from '../../src/ops/index.js';
import { createParams } from '../../src/params/params.js';
import { evaluate, normals } from '../support/evaluate.js';

function chain(x: Tensor, depth: number, wrap: (f: (t: Tensor) => Tensor, t: Tensor) => Tensor) {
  const params = createParams({ seed: 1 });
  let y = x;
  for (let i = 0; i < depth; i++) {
    y = wrap((t) => ops.add(t, ops.tanh(ops.linear(t, params.get(`w${i}`, [6, 6])))), y);
  }
  const weights = params.entries().map((e) => e.tensor);
  return { loss: ops.mean(ops.square(y)), wrt: [x, ...weights], params };
}

test('recomputation changes neither values nor gradients', async () => {
  const x = input('x', [4, 6]);
  const plain = chain(x, 3, (f, t) => f(t));
  const saved = chain(x, 3, (f, t) => checkpoint(f, [t])[0]);
  const feeds = Object.fromEntries([
    ['x', Float32Array.from(normals(24, 1))],
    ...plain.params.entries().map((e) => [e.name, e.slot.data]),
  ]);
  const a = await evaluate([plain.loss, ...grad(plain.loss, plain.wrt)], feeds);
  const b = await evaluate([saved.loss, ...grad(saved.loss, saved.wrt)], feeds);
  b.forEach((values, i) => {
    expect(values).toBeAllclose(a[i], { rtol: 1e-6, atol: 1e-7 });
  });
});

/** How many nodes of a type ONNX Runtime runs after all its rewriting. */
async function countRun(outputs: Record<string, Tensor>, opType: string): Promise<number> {
  const file = join(mkdtempSync(join(tmpdir(), 'bandweave-')), 'optimized.onnx');
  const session = await InferenceSession.create(compile(outputs, { weights: 'inputs' }).bytes, {
    optimizedModelFilePath: file,
    graphOptimizationLevel: 'all',
  });
  await session.release();
  // Field 4 of a node, a text of this length.
  const mark = Buffer.concat([Buffer.of(0x22, opType.length), Buffer.from(opType)]);
  const bytes = readFileSync(file);
  let count = 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) count++;
  return count;
}

test('ONNX Runtime runs a checkpointed block twice and others once', async () => {
  const counts = [true, false].map((saved) => {
    const { loss, wrt } = chain(input('x', [4, 6]), 3, (f, t) =>
      saved ? checkpoint(f, [t])[0] : f(t),
    );
    const grads = grad(loss, wrt).map((g, i) => [`g${i}`, g]);
    return countRun({ loss, ...Object.fromEntries(grads) }, 'Tanh');
  });
  expect(await Promise.all(counts)).toEqual([6, 3]);
});

test('stopGradient passes values and holds gradients back', async () => {
  const x = input('x', [3]);
  const y = ops.sum(ops.mul(x, stopGradient(x)));
  const [g] = await evaluate(grad(y, [x]), { x: Float32Array.of(1, 2, 3) });
  expect(g).toEqual([1, 2, 3]);
});

test('what the loss does not depend on gets zeros, and losses must be scalars', async () => {
  const [x, y] = [input('x', [2]), input('y', [3])];
  const [g] = await evaluate(grad(ops.sum(x), [y]));
  expect(g).toEqual([0, 0, 0]);
  expect(() => grad(x, [x])).toThrow('grad: expected a loss of one element, got [2]');
});

test('gradients of gradients are right', async () => {
  const x = input('x', [3]);
  const [first] = grad(ops.sum(ops.mul(ops.square(x), x)), [x]);
  const [second] = await evaluate(grad(ops.sum(first), [x]), { x: Float32Array.of(1, 2, -3) });
  expect(second).toBeAllclose([6, 12, -18], { rtol: 1e-6 });
});

test('equal nodes are stored once and unused ones not at all', () => {
  const x = input('x', [3]);
  ops.exp(x);
  const twice = compile({ y: ops.add(ops.sin(x), ops.sin(x)) }, { weights: 'inputs' });
  const once = compile({ y: ops.add(ops.sin(x), x) }, { weights: 'inputs' });
  expect(twice.bytes.length - once.bytes.length).toBeLessThan(10);
});

test('a block that begins with a change of shape is computed again, too', async () => {
  const x = input('x', [2, 6]);
  const w = input('w', [3, 3]);
  const f = (t: Tensor) => ops.tanh(ops.matmul(ops.reshape(t, [4, 3]), w));
  const given = ops.exp(x);
  const loss = (y: Tensor) => ops.sum(ops.square(y));
  const plain = grad(loss(f(given)), [x, w]);
  const again = grad(loss(checkpoint(f, [given])[0]), [x, w]);
  const feeds = { x: Float32Array.from(normals(12, 1)), w: Float32Array.from(normals(9, 2)) };
  const got = await evaluate([...plain, ...again], feeds);
  expect(got[2]).toBeAllclose(got[0], { rtol: 1e-5, atol: 1e-6 });
  expect(got[3]).toBeAllclose(got[1], { rtol: 1e-5, atol: 1e-6 });
  // The matrix product runs twice forward, as does what comes after it.
  expect(await countRun({ a: again[0], b: again[1] }, 'Tanh')).toBe(2);
});
