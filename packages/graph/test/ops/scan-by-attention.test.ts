import { expect, test } from 'vitest';
import { input, type Target, type Tensor } from '../../src/core/tensor.js';
import { inspectOnnx } from '../../src/files/onnx-inspect.js';
import { compile } from '../../src/onnx/emit.js';
import * as ops from '../../src/ops/index.js';
import { createSession } from '../../src/session/session.js';
import { normals } from '../support/evaluate.js';

/** On the CPU, which knows the operator of WebGPU too. */
async function run(
  outputs: Record<string, Tensor>,
  feeds: Record<string, number[]>,
  target: Target,
) {
  const model = compile(outputs, { weights: 'inputs', target });
  const session = await createSession(model, { threads: 1 });
  const values = await session.run(
    Object.fromEntries(Object.entries(feeds).map(([k, v]) => [k, Float32Array.from(v)])),
  );
  await session.close();
  return { values, bytes: model.bytes };
}

test.each([
  ['all groups in one operator', 2, 6, 12, 4],
  ['sequences cut into several', 1, 64, 3000, 32],
] as const)('the lowering for WebGPU gives what the loop gives, %s', async (_, batch, D, L, N) => {
  const u = input('u', [batch, D, L]);
  const delta = input('delta', [batch, D, L]);
  const A = input('A', [D, N]);
  const B = input('B', [batch, 2, N, L]);
  const C = input('C', [batch, 2, N, L]);
  const { y, last } = ops.selectiveScan(u, delta, { A: ops.neg(ops.exp(A)), B, C });
  const feeds = {
    u: normals(batch * D * L, 1),
    delta: normals(batch * D * L, 2),
    A: normals(D * N, 3),
    B: normals(batch * 2 * N * L, 4),
    C: normals(batch * 2 * N * L, 5),
  };
  const loop = await run({ y, last }, feeds, { provider: 'cpu' });
  const fused = await run({ y, last }, feeds, { provider: 'webgpu' });
  for (const name of ['y', 'last']) {
    expect(fused.values[name].data as Float32Array).toBeAllclose(
      loop.values[name].data as Float32Array,
      { rtol: 1e-4, atol: 1e-5 },
    );
  }
  const operators = async (bytes: Uint8Array) => [...(await inspectOnnx(bytes)).operators.keys()];
  expect(await operators(fused.bytes)).toContain('com.microsoft:LinearAttention');
  expect(await operators(fused.bytes)).not.toContain('Scan');
  expect(await operators(loop.bytes)).toContain('Scan');
});
