import fc from 'fast-check';
import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { apply, checkGradient } from '../support/evaluate.js';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const cases: [string, (x: Tensor) => Tensor, number[]][] = [
  ['transpose', (x) => ops.transpose(x, [0, 2, 1]), [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]],
  ['reshape', (x) => ops.reshape(x, [4, -1]), range(12)],
  ['flip', (x) => ops.flip(x, [0, 2]), [8, 7, 6, 11, 10, 9, 2, 1, 0, 5, 4, 3]],
  ['slice', (x) => ops.slice(x, [{ axis: 2, start: 1 }]), [1, 2, 4, 5, 7, 8, 10, 11]],
  ['a slice from the end', (x) => ops.slice(x, [{ axis: 2, start: -2, stop: -1 }]), [1, 4, 7, 10]],
  ['a stepped slice', (x) => ops.slice(x, [{ axis: 2, step: 2 }]), [0, 2, 3, 5, 6, 8, 9, 11]],
  [
    'take with repeats',
    (x) => ops.take(x, [1, 1, 0], { axis: 1 }),
    [3, 4, 5, 3, 4, 5, 0, 1, 2, 9, 10, 11, 9, 10, 11, 6, 7, 8],
  ],
  [
    'take of a permutation',
    (x) => ops.take(x, [2, 0, 1], { axis: 2 }),
    [2, 0, 1, 5, 3, 4, 8, 6, 7, 11, 9, 10],
  ],
  [
    'concat',
    (x) => ops.concat([x, x], { axis: 2 }),
    [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 6, 7, 8, 9, 10, 11, 9, 10, 11],
  ],
  [
    'the second piece of a split',
    (x) => ops.split(x, { axis: 2, sizes: [1, 2] })[1],
    [1, 2, 4, 5, 7, 8, 10, 11],
  ],
];

test.each(cases)('%s moves elements and carries gradients back', async (_, op, expected) => {
  expect(await apply(op, [{ shape: [2, 2, 3], values: range(12) }])).toEqual(expected);
  await checkGradient((x) => op(ops.square(x)), [{ shape: [2, 2, 3] }]);
});

test('any stepped slice has the right gradient', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.nat(8),
      fc.integer({ min: 1, max: 4 }),
      async (d, s, step) => {
        const start = s % d;
        const op = (x: Tensor) => ops.slice(ops.square(x), [{ axis: 1, start, step }]);
        await checkGradient(op, [{ shape: [2, d] }]);
      },
    ),
    { numRuns: 20 },
  );
});

test('padding with zeros and expanding have right gradients', async () => {
  await checkGradient((x) => ops.padZeros(ops.square(x), [0, 1], [2, 0]), [{ shape: [2, 3] }]);
  await checkGradient((x) => ops.expand(ops.square(x), [4, 2, 3]), [{ shape: [2, 1] }]);
  await checkGradient(
    (a, b) => ops.stack([a, ops.square(b)], { axis: 1 }),
    [{ shape: [2, 3] }, { shape: [2, 3] }],
  );
});

test('ranges and axes outside the tensor are refused', () => {
  const x = input('x', [2, 3]);
  expect(() => ops.slice(x, [{ axis: 1, start: 3 }])).toThrow(
    'slice: expected a range within 3 on axis 1',
  );
  expect(() => ops.reshape(x, [4, 2])).toThrow('reshape: expected a shape of 6 elements');
  expect(() => ops.take(x, [3], { axis: 1 })).toThrow('take: expected positions in [0, 2], got 3');
  expect(() => ops.concat([x, input('y', [3, 3])], { axis: 1 })).toThrow('alike except on axis 1');
});
