import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { apply, checkGradient } from '../support/evaluate.js';

test('a scan carries its states and stacks its outputs', async () => {
  const y = await apply(
    (x) =>
      ops.scan({
        states: [ops.sum(x, { axes: 0 })],
        sequences: [x],
        body: ([s], [e]) => ({ states: [ops.add(s, e)], outputs: [ops.mul(s, e)] }),
      }).outputs[0],
    [{ shape: [3, 1], values: [1, 2, 3] }],
  );
  expect(y).toEqual([6, 14, 27]);
});

test('its gradients reach states, sequences and captures, through every output', async () => {
  await checkGradient(
    (start, x, w) => {
      const { states, outputs } = ops.scan({
        states: [start],
        sequences: [x],
        captures: [w],
        body: ([s], [e], [c]) => {
          const next = ops.tanh(ops.add(ops.matmul(s, c), e));
          return { states: [next], outputs: [ops.mul(next, e), ops.exp(s)] };
        },
      });
      return ops.add(ops.sum(ops.mul(outputs[0], outputs[1])), ops.sum(states[0]));
    },
    [{ shape: [2, 3] }, { shape: [4, 2, 3] }, { shape: [3, 3] }],
    { rtol: 1e-5, atol: 1e-7 },
  );
});

test('sequences and outputs run from their end where asked, gradients included', async () => {
  const both = (x: Tensor) =>
    ops.scan({
      states: [ops.sum(x, { axes: 0 })],
      sequences: [x, x],
      sequenceDirections: ['forward', 'reverse'],
      outputDirections: ['reverse'],
      body: ([s], [a, b]) => ({ states: [ops.mul(s, b)], outputs: [ops.add(a, ops.mul(s, b)), s] }),
    });
  const x = { shape: [3, 1], values: [1, 2, 3] };
  expect(await apply((t) => both(t).outputs[0], [x])).toEqual([39, 38, 19]);
  expect(await apply((t) => both(t).outputs[1], [x])).toEqual([6, 18, 36]);
  await checkGradient(
    (t) => ops.mul(...(both(t).outputs as [Tensor, Tensor])),
    [{ shape: [4, 2] }],
    {
      rtol: 1e-5,
    },
  );
});

test.each([1, 6])('the gradient of a linear recurrence over %i steps is right', async (L) => {
  await checkGradient(
    ops.linearRecurrence,
    [{ shape: [L, 2, 3] }, { shape: [L, 2, 3] }, { shape: [2, 3] }],
    { rtol: 1e-5 },
  );
});

test('a body that changes the shape of a state is refused', () => {
  const x = input('x', [3, 2]);
  const body = ([s]: readonly Tensor[]) => ({
    states: [ops.reshape(s, [2, 1])],
    outputs: [],
  });
  expect(() => ops.scan({ states: [input('s', [2])], sequences: [x], body })).toThrow(
    'scan: expected states of shape [2] after a step, got [2,1]',
  );
});
