import { expect, test } from 'vitest';
import { input } from '../../src/core/tensor.js';
import { sum } from '../../src/ops/broadcast.js';
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d } from '../../src/ops/conv.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

// Convolutions are linear in each operand, so a step of 1 has no truncation error in float32.
const linear = { dtype: 'float32', step: 1, rtol: 1e-4, atol: 1e-4 } as const;

test('a 3x3 convolution correlates with zero padding', async () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const y = await apply(
    (x, w) => conv2d(x, w, { padding: 1 }),
    [
      { shape: [1, 1, 3, 3], values: image },
      { shape: [1, 1, 3, 3], values: [0, 1, 0, 0, 0, 2, 0, 0, 0] },
    ],
  );
  // up + 2 · right
  expect(y).toEqual([4, 6, 0, 11, 14, 3, 20, 23, 6]);
});

test.each([
  ['plain', [2, 3, 5, 6], [4, 3, 3, 3], {}],
  ['padded', [2, 3, 5, 6], [4, 3, 3, 3], { padding: 1 }],
  ['pointwise', [2, 3, 5, 6], [4, 3, 1, 1], {}],
  ['grouped', [2, 4, 5, 6], [6, 2, 3, 3], { padding: 1, groups: 2 }],
  ['depthwise', [2, 4, 5, 6], [4, 1, 3, 3], { padding: 1, groups: 4 }],
  ['strided by its kernel', [1, 3, 6, 4], [4, 3, 2, 2], { stride: 2 }],
  ['strided with rows left over', [1, 2, 8, 7], [3, 2, 3, 3], { stride: [3, 2], padding: 1 }],
  ['dilated', [1, 2, 8, 9], [3, 2, 3, 3], { dilation: 2, padding: 2 }],
  [
    'strided, dilated and grouped',
    [1, 4, 9, 9],
    [4, 2, 3, 3],
    { stride: 2, dilation: [2, 1], padding: 2, groups: 2 },
  ],
  ['padded beyond its kernel', [1, 2, 3, 3], [2, 2, 2, 2], { padding: 3 }],
  ['with an even kernel', [1, 2, 5, 5], [2, 2, 4, 2], { padding: [2, 1] }],
] as const)('the gradients of a %s 2-D convolution are right', async (_, x, w, options) => {
  await checkGradient(
    (a, b, bias) => conv2d(a, b, { ...options, bias }),
    [{ shape: x }, { shape: w }, { shape: [w[0]] }],
    linear,
  );
});

test.each([
  ['doubling', [1, 3, 4, 3], [3, 2, 2, 2], { stride: 2 }],
  ['overlapping', [2, 2, 4, 3], [2, 3, 3, 3], { stride: 2, padding: 1, outputPadding: 1 }],
  ['grouped', [1, 4, 3, 3], [4, 2, 3, 3], { groups: 2 }],
  ['dilated', [1, 2, 4, 4], [2, 2, 3, 3], { stride: 2, dilation: 2, padding: 1, outputPadding: 1 }],
  ['cut', [1, 2, 4, 4], [2, 2, 3, 3], { padding: 2 }],
] as const)('the gradients of a %s transposed convolution are right', async (_, x, w, options) => {
  const out = w[1] * ('groups' in options ? options.groups : 1);
  await checkGradient(
    (a, b, bias) => convTranspose2d(a, b, { ...options, bias }),
    [{ shape: x }, { shape: w }, { shape: [out] }],
    linear,
  );
});

test('one and three dimensions have right gradients, too', async () => {
  await checkGradient(
    (x, w) => conv1d(x, w, { stride: 2, padding: 1 }),
    [{ shape: [2, 3, 9] }, { shape: [4, 3, 3] }],
    linear,
  );
  await checkGradient(
    (x, w) => conv3d(x, w, { padding: 1 }),
    [{ shape: [1, 2, 3, 4, 3] }, { shape: [2, 2, 3, 3, 3] }],
    linear,
  );
  await checkGradient(
    (x, w) => convTranspose1d(x, w, { stride: 3 }),
    [{ shape: [1, 2, 4] }, { shape: [2, 3, 3] }],
    linear,
  );
});

test.each([
  [{ stride: 2, padding: 1 }, [2, 3, 7, 9]],
  [{ stride: 3, padding: 0, dilation: 2 }, [1, 3, 8, 11]],
])('the transposed convolution is the adjoint of the convolution %j', async (options, shape) => {
  // <conv(x, w), g> = <x, convTranspose(g, w)> where the sizes match exactly.
  const w = { shape: [4, 3, 3, 3], values: normals(108, 5) };
  const x = {
    shape,
    values: normals(
      shape.reduce((a, b) => a * b),
      6,
    ),
  };
  const y = conv2d(input('x', shape), input('w', w.shape), options).shape;
  const g = {
    shape: y,
    values: normals(
      y.reduce((a, b) => a * b),
      7,
    ),
  };
  const forward = await apply((a, b) => conv2d(a, b, options), [x, w]);
  const back = await apply((a, b) => convTranspose2d(a, b, options), [g, w]);
  const dot = (p: readonly number[], q: readonly number[]) =>
    p.reduce((s, v, i) => s + v * q[i], 0);
  expect([dot(forward, g.values)]).toBeAllclose([dot(x.values, back)], { rtol: 1e-4, atol: 1e-3 });
});

test('shapes that do not fit are refused by name', () => {
  const x = input('x', [1, 4, 8, 8]);
  expect(() => conv2d(x, input('w', [4, 3, 3, 3]))).toThrow(
    'conv2d: expected x [batch,in,2 axes] and weight [out,in/groups,2 axes], got x [1,4,8,8], weight [4,3,3,3], groups 1.',
  );
  expect(() => conv2d(x, input('w', [4, 4, 9, 9]))).toThrow('at least as large as the kernel');
  expect(() => conv2d(x, input('w', [4, 4, 3, 3]), { stride: 0 })).toThrow('stride');
  expect(() => sum(x, { axes: 4 })).toThrow('sum: expected an axis in [-4, 3], got 4');
});
