import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

const cases: [string, (x: Tensor) => Tensor][] = [
  ['sum', (x) => ops.sum(x, { axes: [0, 2] })],
  ['mean', (x) => ops.mean(x, { axes: 1, keepDims: true })],
  ['max', (x) => ops.max(x, { axes: -1 })],
  ['min', (x) => ops.min(x)],
  ['variance', (x) => ops.variance(x, { axes: 2, ddof: 1 })],
  ['norm', (x) => ops.norm(x, { axes: 0 })],
  ['logSumExp', (x) => ops.logSumExp(x, { axes: 1 })],
  ['softmax', (x) => ops.softmax(x)],
  ['softmax over channels', (x) => ops.softmax(x, { axis: 1 })],
  ['logSoftmax', (x) => ops.logSoftmax(x, { axis: 0 })],
];

test.each(cases)('the gradient of %s is right', async (_, op) => {
  await checkGradient(op, [{ shape: [2, 3, 4] }], { rtol: 1e-5 });
});

test('the variance divides by n or n - 1', async () => {
  const x = { shape: [4], values: [1, 2, 4, 9] };
  expect(await apply((t) => ops.variance(t), [x])).toBeAllclose([9.5], { rtol: 1e-6 });
  expect(await apply((t) => ops.variance(t, { ddof: 1 }), [x])).toBeAllclose([38 / 3], {
    rtol: 1e-6,
  });
});

test('elements that share the maximum share its gradient', async () => {
  const { grad } = await import('../../src/core/grad.js');
  const y = await apply((x) => grad(ops.max(x), [x])[0], [{ shape: [4], values: [1, 5, 5, 2] }]);
  expect(y).toEqual([0, 0.5, 0.5, 0]);
});

test('softmax over any axis adds up to one', async () => {
  for (const axis of [0, 1, 2]) {
    const y = await apply(
      (x) => ops.sum(ops.softmax(x, { axis }), { axes: axis }),
      [{ shape: [3, 4, 5] }],
    );
    expect(y).toBeAllclose(new Array(y.length).fill(1), { atol: 1e-6 });
  }
});

test('layer norm gives every row mean 0 and variance 1, and right gradients', async () => {
  const shapes = [{ shape: [3, 8] }, { shape: [8], values: new Array(8).fill(1) }];
  const y = await apply((x, w) => ops.layerNorm(x, w), shapes);
  for (let row = 0; row < 3; row++) {
    const part = y.slice(8 * row, 8 * row + 8);
    const mean = part.reduce((a, b) => a + b) / 8;
    const variance = part.reduce((a, b) => a + (b - mean) ** 2, 0) / 8;
    expect([mean, variance]).toBeAllclose([0, 1], { atol: 1e-4 });
  }
  await checkGradient(
    (x, w, bias) => ops.layerNorm(x, w, { bias }),
    [{ shape: [2, 3, 6] }, { shape: [6] }, { shape: [6] }],
    { rtol: 1e-4, atol: 1e-6 },
  );
  await checkGradient((x, w) => ops.rmsNorm(x, w), [{ shape: [2, 6] }, { shape: [6] }], {
    rtol: 1e-5,
  });
});

test('matrix products broadcast, and so do their gradients', async () => {
  await checkGradient(ops.matmul, [{ shape: [2, 1, 3, 4] }, { shape: [5, 4, 2] }]);
  await checkGradient(ops.matmul, [{ shape: [2, 3, 4] }, { shape: [4, 2] }]);
  await checkGradient(
    (x, w, bias) => ops.linear(x, w, { bias }),
    [{ shape: [2, 3, 4] }, { shape: [5, 4] }, { shape: [5] }],
  );
  const y = await apply(ops.matmul, [
    { shape: [2, 2], values: [1, 2, 3, 4] },
    { shape: [2, 2], values: [5, 6, 7, 8] },
  ]);
  expect(y).toEqual([19, 22, 43, 50]);
  expect(() => ops.matmul(input('a', [2, 3]), input('b', [2, 3]))).toThrow(
    'matmul: expected [...,m,k]',
  );
});

test('gathering adds up the gradients of repeated positions', async () => {
  const at = { shape: [2, 2], values: [2, 0, 2, 1], dtype: 'int64' } as const;
  await checkGradient(
    (x, i) => ops.gather(x, i, { axis: 1 }),
    [{ shape: [2, 3, 2], values: normals(12, 3) }, at],
  );
});
