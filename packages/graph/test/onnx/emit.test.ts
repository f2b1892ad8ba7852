import { expect, test } from 'vitest';
import { input, scalar } from '../../src/core/tensor.js';
import { inspectOnnx } from '../../src/files/index.js';
import { compile, toOnnx } from '../../src/onnx/emit.js';
import { add, linear, mul, scan, sum } from '../../src/ops/index.js';
import { createParams } from '../../src/params/params.js';
import { createSession } from '../../src/session/session.js';

function network() {
  const params = createParams({ seed: 1 });
  const x = input('x', [2, 64]);
  return { x, y: linear(x, params.get('w', [32, 64]), { bias: params.get('b', [32]) }) };
}

test('a model says who wrote it, what goes in and out, and what it was told', async () => {
  const info = await inspectOnnx(
    toOnnx({ y: network().y }, { weights: 'initializers', metadata: { title: 'T' } }),
  );
  expect(info.producer).toContain('bandweave');
  expect(info.opsets.get('ai.onnx')).toBe(21);
  expect(info.metadata.get('title')).toBe('T');
  expect(info.inputs).toEqual([{ name: 'x', type: 'float32', shape: [2, 64] }]);
  expect(info.outputs).toEqual([{ name: 'y', type: 'float32', shape: [2, 32] }]);
});

test('one trace gives weights as initializers or as inputs', () => {
  const { y } = network();
  expect(compile({ y }, { weights: 'initializers' }).inputs.map((v) => v.name)).toEqual(['x']);
  const training = compile({ y }, { weights: 'inputs' });
  expect(training.weights).toEqual(['w', 'b']);
  expect(training.inputs.map((v) => v.name).sort()).toEqual(['b', 'w', 'x']);
});

test('two inputs of one name, and an output named as an input, are refused', () => {
  const sum2 = add(input('x', [1]), input('x', [1]));
  expect(() => compile({ y: sum2 }, { weights: 'inputs' })).toThrow('got x twice');
  const x = input('x', [1]);
  expect(() => compile({ x: mul(x, 2) }, { weights: 'inputs' })).toThrow('got x for both');
});

test('a body may read constants from outside', async () => {
  const [x, w] = [input('x', [3, 2]), input('w', [2])];
  const run = scan({
    states: [w],
    sequences: [x],
    // A number from outside is a constant of the model and may be read anywhere.
    body: ([s], [e]) => ({ states: [add(s, mul(e, scalar(2)))], outputs: [] }),
  });
  const session = await createSession(compile({ y: sum(run.states[0]) }, { weights: 'inputs' }), {
    threads: 1,
  });
  const { y } = await session.run({
    x: Float32Array.of(1, 2, 3, 4, 5, 6),
    w: Float32Array.of(1, 1),
  });
  await session.close();
  expect(y.data[0]).toBe(44);
});
