import { expect, test } from 'vitest';
import { grad } from '../../src/core/grad.js';
import { input, type Tensor } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import * as ops from '../../src/ops/index.js';
import { apply, checkGradient } from '../support/evaluate.js';

/** Newton's iteration for the root of a. */
const root = (form: 'unrolled' | 'scan', count: number) => (a: Tensor) =>
  ops.repeat([ops.add(ops.mul(a, 0), 1)], {
    count,
    form,
    captures: [a],
    body: ([x], _step, [value]) => [ops.mul(ops.add(x, ops.div(value, x)), 0.5)],
  })[0];

const numbers = { shape: [3], values: [2, 9, 0.25] };

test.each(['unrolled', 'scan'] as const)(
  'an iteration comes to its fixed point %s',
  async (form) => {
    const y = await apply(root(form, 8), [numbers]);
    expect(y).toBeAllclose([Math.SQRT2, 3, 0.5], { rtol: 1e-6 });
  },
);

test.each(['unrolled', 'scan'] as const)('a loop %s has right gradients', async (form) => {
  await checkGradient(root(form, 3), [numbers], { rtol: 1e-6 });
  const growth = (x: Tensor, rate: Tensor) =>
    ops.repeat([x, ops.square(x)], {
      count: 3,
      form,
      captures: [rate],
      body: ([a, b], step, [r]) => [ops.add(a, ops.mul(r, ops.cast(step, a.dtype))), ops.mul(b, a)],
    });
  await checkGradient((x, r) => growth(x, r)[1], [{ shape: [4] }, { shape: [4] }], { rtol: 1e-5 });
});

test('the number of the step goes to the body', async () => {
  for (const form of ['unrolled', 'scan'] as const) {
    const digits = (x: Tensor) =>
      ops.repeat([x], {
        count: 4,
        form,
        body: ([t], step) => [ops.add(ops.mul(t, 10), ops.cast(step, 'float32'))],
      })[0];
    expect(await apply(digits, [{ shape: [1], values: [7] }])).toEqual([70123]);
  }
});

test('a scan stores its body once', () => {
  const size = (form: 'unrolled' | 'scan', count: number) =>
    compile({ y: root(form, count)(input('x', [3])) }, { weights: 'inputs' }).bytes.length;
  expect(size('scan', 100)).toBeLessThan(size('unrolled', 100) / 5);
  const withGradient = (count: number) => {
    const x = input('x', [3]);
    const [g] = grad(ops.sum(root('scan', count)(x)), [x]);
    return compile({ g }, { weights: 'inputs' }).bytes.length;
  };
  expect(withGradient(100) - withGradient(10)).toBeLessThan(2000);
});

test('bodies that change a shape are refused', () => {
  const x = input('x', [3]);
  const body = ([t]: readonly Tensor[]) => [ops.sum(t)];
  expect(() => ops.repeat([x], { count: 2, body })).toThrow(
    'repeat: expected states like float32[3] from the body, got float32[].',
  );
  expect(() => ops.repeat([x], { count: 0, body })).toThrow(
    'repeat: expected a count from 1, got 0',
  );
});
