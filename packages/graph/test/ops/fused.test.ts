/** Fused float32 kernels, after ONNX Runtime's rewriting, against float64 products written out. */
import { expect, test } from 'vitest';
import { grad } from '../../src/core/grad.js';
import { sizeOf } from '../../src/core/shape.js';
import { constant, input, type Tensor } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import * as ops from '../../src/ops/index.js';
import { createSession } from '../../src/session/session.js';
import { normals } from '../support/evaluate.js';

type Build = (...inputs: Tensor[]) => Tensor;

const image = [2, 4, 6, 8];
const tokens = [2, 6, 8];
const channels = [4];
const cases: [string, number[][], Build][] = [
  [
    'attention',
    [tokens, tokens, tokens, [1, 2, 6, 6]],
    (q, k, v, bias) => ops.attention(q, k, v, { heads: 2, bias }),
  ],
  ['attention of one', [tokens], (x) => ops.attention(x, x, x, { heads: 2 })],
  [
    'groupNorm',
    [image, channels, channels],
    (x, weight, bias) => ops.groupNorm(x, { groups: 2, weight, bias }),
  ],
  [
    'instanceNorm',
    [image, channels, channels],
    (x, weight, bias) => ops.instanceNorm(x, { weight, bias }),
  ],
  [
    'batchNormTraining',
    [image, channels, channels],
    (x, weight, bias) =>
      ops.batchNormTraining(x, { weight, bias, runningMean: bias, runningVariance: bias }).y,
  ],
  ['channelNorm', [image, channels], (x, weight) => ops.channelNorm(x, weight)],
  ['resize by 2', [image], (x) => ops.resize(x, { size: [12, 16] })],
  ['resize bicubic', [image], (x) => ops.resize(x, { size: [9, 11], mode: 'bicubic' })],
  ['resize antialiased', [image], (x) => ops.resize(x, { size: [3, 5], antialias: true })],
  ['resize nearest', [image], (x) => ops.resize(x, { size: [12, 24], mode: 'nearest' })],
  [
    'gridSample',
    [image, [2, 3, 3, 2]],
    (x, grid) => ops.gridSample(x, ops.tanh(grid), { padding: 'border' }),
  ],
  ['gridSample with zeros outside', [image, [2, 3, 3, 2]], (x, grid) => ops.gridSample(x, grid)],
  [
    'einsum',
    [
      [2, 6, 4],
      [2, 5, 4],
    ],
    (a, b) => ops.einsum('bik,bjk->bji', [a, b]),
  ],
  [
    'fft2',
    [image],
    (x) => {
      const { real, imaginary } = ops.rfft2(x, { norm: 'ortho' });
      return ops.add(ops.square(real), ops.square(imaginary));
    },
  ],
  ['pad', [image], (x) => ops.pad2d(x, [1, 2, 3, 1], { mode: 'reflect' })],
  [
    'windows',
    [[1, 4, 6, 3]],
    (x) => {
      const window = [2, 3] as const;
      const shifted = ops.roll(x, [{ axis: 1, by: -1 }]);
      const tokens = ops.windowPartition(shifted, { window });
      return ops.windowMerge(ops.attention(tokens, tokens, tokens), { window, size: [4, 6] });
    },
  ],
];

async function lossAndGrads(shapes: number[][], build: Build, dtype: 'float32' | 'float64') {
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape, dtype));
  const y = build(...inputs);
  const loss = ops.mean(ops.mul(y, constant(normals(sizeOf(y.shape), 9), y.shape, dtype)));
  const grads = grad(loss, inputs);
  const outputs = Object.fromEntries([loss, ...grads].map((t, i) => [`y${i}`, t]));
  const optimization = dtype === 'float32' ? 'all' : 'none';
  const session = await createSession(compile(outputs, { weights: 'inputs' }), {
    threads: 1,
    optimization,
  });
  const feeds = Object.fromEntries(
    shapes.map((shape, i) => {
      const values = normals(sizeOf(shape), 20 + i);
      return [`x${i}`, dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values)];
    }),
  );
  // Twice: a run must not change what the next one reads.
  await session.run(feeds);
  const results = await session.run(feeds);
  await session.close();
  return Object.keys(outputs).map((name) => Array.from(results[name].data, Number));
}

test.each(cases)('%s gives the same in float32 as in float64', async (_, shapes, build) => {
  const fused = await lossAndGrads(shapes, build, 'float32');
  const written = await lossAndGrads(shapes, build, 'float64');
  fused.forEach((values, i) => {
    const size = Math.max(...written[i].map(Math.abs));
    expect(values).toBeAllclose(written[i], { atol: 2e-5 * size + 1e-7 });
  });
});
