/** A small network with batches, for tests of training. */
import { input } from '../../src/core/tensor.js';
import { relu } from '../../src/ops/activation.js';
import { add, sub } from '../../src/ops/arithmetic.js';
import { conv2d } from '../../src/ops/conv.js';
import { square } from '../../src/ops/elementwise.js';
import { mean } from '../../src/ops/reduce.js';
import { createParams, type Params } from '../../src/params/params.js';
import { normals } from '../support/evaluate.js';

/** Two convolutions with a skip; the loss is the mean squared error. */
export function smallNetwork(batch: number, params: Params = createParams({ seed: 5 })) {
  const x = input('x', [batch, 2, 6, 6]);
  const y = input('y', [batch, 2, 6, 6]);
  const head = conv2d(x, params.get('head.weight', [4, 2, 3, 3]), {
    bias: params.get('head.bias', [4]),
    padding: 1,
  });
  const out = add(conv2d(relu(head), params.get('tail.weight', [2, 4, 3, 3]), { padding: 1 }), x);
  return { params, x, out, loss: mean(square(sub(out, y))) };
}

/** Fixed random images; `size` of them from the given one on. */
export function batchAt(first: number, size: number) {
  const take = (seed: number) =>
    Float32Array.from(
      Array.from({ length: size }, (_, i) => normals(72, seed + 31 * (first + i))).flat(),
    );
  return { x: take(1), y: take(2) };
}
