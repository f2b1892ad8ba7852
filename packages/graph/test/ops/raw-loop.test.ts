import { expect, test } from 'vitest';
import { input } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import { add, greater, mul, rawLoop, reshape, take } from '../../src/ops/index.js';
import { createSession } from '../../src/session/session.js';

async function doubledUntilAbove(limit: number, most: number): Promise<number[]> {
  const x = input('x', [1]);
  const step = input('step', [1]);
  const [y, rounds] = rawLoop({
    most,
    states: [x, mul(x, 0)],
    captures: [step],
    body: ([value, count], [factor]) => {
      const next = mul(value, factor);
      return { states: [next, add(count, 1)], again: reshape(greater(limit, next), []) };
    },
  });
  const session = await createSession(compile({ y, rounds }, { weights: 'initializers' }));
  const out = await session.run({ x: Float32Array.of(3), step: Float32Array.of(2) });
  await session.close();
  return [Number(out.y.data[0]), Number(out.rounds.data[0])];
}

test('a loop ends when its body says so, after one round at least', async () => {
  expect(await doubledUntilAbove(20, 100)).toEqual([24, 3]);
  expect(await doubledUntilAbove(1, 100)).toEqual([6, 1]);
});

test('a loop ends after the most rounds', async () => {
  expect(await doubledUntilAbove(1e6, 2)).toEqual([12, 2]);
});

test('states keep their shape', () => {
  const x = input('x', [2]);
  const body = () => ({
    states: [reshape(x, [1, 2])],
    again: reshape(greater(take(x, [0], { axis: 0 }), 0), []),
  });
  expect(() => rawLoop({ most: 1, states: [x], body })).toThrow(
    'loop: expected state 0 to stay float32[2], got float32[1,2]',
  );
});
