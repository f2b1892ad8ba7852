import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

const positive = normals(12, 4).map((v) => Math.abs(v) + 0.3);
const erf = (x: number) => {
  // Maclaurin series: converges for the |x| < 3 used here.
  let term = x;
  let total = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
};
const softplus = (x: number) => Math.log1p(Math.exp(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const cases: [string, (x: Tensor) => Tensor, (x: number) => number][] = [
  ['exp', ops.exp, Math.exp],
  ['log', (x) => ops.log(ops.abs(x)), (x) => Math.log(Math.abs(x))],
  ['sqrt', (x) => ops.sqrt(ops.abs(x)), (x) => Math.sqrt(Math.abs(x))],
  ['sin', ops.sin, Math.sin],
  ['cos', ops.cos, Math.cos],
  ['tanh', ops.tanh, Math.tanh],
  ['sigmoid', ops.sigmoid, sigmoid],
  ['silu', ops.silu, (x) => x * sigmoid(x)],
  ['softplus', ops.softplus, softplus],
  ['logSigmoid', ops.logSigmoid, (x) => -softplus(-x)],
  ['relu', ops.relu, (x) => Math.max(x, 0)],
  ['clamp', (x) => ops.clamp(x, -0.5, 0.7), (x) => Math.min(Math.max(x, -0.5), 0.7)],
  ['square', ops.square, (x) => x * x],
  ['power', (x) => ops.power(ops.abs(x), 2.5), (x) => Math.abs(x) ** 2.5],
  ['neg', ops.neg, (x) => -x],
  ['abs', ops.abs, Math.abs],
  ['number on the left', (x) => ops.div(2, ops.sub(3, ops.abs(x))), (x) => 2 / (3 - Math.abs(x))],
];

test.each(cases)('%s has the right values and gradient', async (_, op, reference) => {
  const x = { shape: [3, 4], values: normals(12, 1) };
  expect(await apply(op, [x])).toBeAllclose(x.values.map(reference), { rtol: 1e-5, atol: 1e-6 });
  await checkGradient(op, [x], { rtol: 1e-5 });
});

// ONNX Runtime has these in float32 only: a step of 1e-2 leaves an error of third order.
const float32: [string, (x: Tensor) => Tensor, (x: number) => number][] = [
  ['erf', ops.erf, erf],
  ['gelu', ops.gelu, (x) => 0.5 * x * (1 + erf(x / Math.SQRT2))],
  [
    'gelu by tanh',
    (x) => ops.gelu(x, { approximate: 'tanh' }),
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  ['leakyRelu', ops.leakyRelu, (x) => (x > 0 ? x : 0.01 * x)],
  ['elu', ops.elu, (x) => (x > 0 ? x : Math.expm1(x))],
  ['atan', ops.atan, Math.atan],
];

test.each(float32)('%s has the right values and gradient in float32', async (_, op, reference) => {
  const x = { shape: [3, 4], values: normals(12, 2) };
  expect(await apply(op, [x])).toBeAllclose(x.values.map(reference), { rtol: 1e-5, atol: 1e-6 });
  await checkGradient(op, [x], { dtype: 'float32', step: 1e-2, rtol: 2e-3, atol: 2e-4 });
});

test('softplus stays exact far from zero', async () => {
  const values = [-90, -30, 0, 30, 90];
  const y = await apply(ops.softplus, [{ shape: [5], values }]);
  expect(y).toBeAllclose(values.map(softplus), { rtol: 1e-5, atol: 1e-7 });
});

test.each([
  ['add', ops.add],
  ['sub', ops.sub],
  ['mul', ops.mul],
  ['div', ops.div],
  ['maximum', ops.maximum],
  ['minimum', ops.minimum],
] as const)('the gradient of %s sums what broadcasting copied', async (_, op) => {
  await checkGradient(
    (a, b) => op(a, ops.add(ops.square(b), 0.3)),
    [{ shape: [2, 1, 3] }, { shape: [4, 1] }],
    {
      rtol: 1e-5,
    },
  );
});

test('where chooses by its condition and sends the gradient there', async () => {
  await checkGradient(
    (a, b) => ops.where(ops.greater(a, b), ops.square(a), b),
    [{ shape: [3, 4] }, { shape: [4] }],
  );
});

test('power and log agree on positive numbers', async () => {
  const x = { shape: [12], values: positive };
  const y = await apply((t) => ops.exp(ops.mul(ops.log(t), 1.7)), [x]);
  expect(await apply((t) => ops.power(t, 1.7), [x])).toBeAllclose(y, { rtol: 1e-5 });
});

test('types and shapes that do not fit are refused', () => {
  const x = input('x', [2, 3]);
  expect(() => ops.add(x, input('y', [4]))).toThrow(
    'add: expected shapes that broadcast, got [2,3] and [4]',
  );
  expect(() => ops.mul(x, input('y', [3], 'int64'))).toThrow('operands of one type');
  expect(() => ops.exp(input('i', [2], 'int64'))).toThrow('exp: expected a floating tensor');
});
