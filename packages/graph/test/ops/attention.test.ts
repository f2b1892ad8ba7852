import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import { type AttentionOptions, attention } from '../../src/ops/attention.js';
import { greater } from '../../src/ops/comparison.js';
import { apply, checkGradient, normals, type TestInput } from '../support/evaluate.js';

const [batch, heads, queries, keys, d, e] = [2, 2, 5, 6, 3, 4];
const of = (shape: number[], seed: number): TestInput & { values: number[] } => ({
  shape,
  values: normals(
    shape.reduce((a, b) => a * b),
    seed,
  ),
});
const q = of([batch, queries, heads * d], 1);
const k = of([batch, keys, heads * d], 2);
const v = of([batch, keys, heads * e], 3);
const bias = of([1, heads, queries, keys], 4);
const rowBias = of([batch, 1, 1, keys], 5);
const mask = of([1, 1, queries, keys], 6);

/** The definition, one query after the other. */
function reference(scale: number, score: (n: number, h: number, i: number, j: number) => number) {
  const y: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < queries; i++) {
      for (let h = 0; h < heads; h++) {
        const weights = Array.from({ length: keys }, (_, j) => {
          let s = 0;
          for (let c = 0; c < d; c++) {
            const a = q.values[(n * queries + i) * heads * d + h * d + c];
            s += a * k.values[(n * keys + j) * heads * d + h * d + c];
          }
          return Math.exp(s * scale + score(n, h, i, j));
        });
        const total = weights.reduce((a, b) => a + b);
        for (let c = 0; c < e; c++) {
          y.push(
            weights.reduce(
              (s, w, j) => s + (w / total) * v.values[(n * keys + j) * heads * e + h * e + c],
              0,
            ),
          );
        }
      }
    }
  }
  return y;
}

const biasAt = (_n: number, h: number, i: number, j: number) =>
  bias.values[(h * queries + i) * keys + j];
const maskAt = (_n: number, _h: number, i: number, j: number) =>
  mask.values[i * keys + j] > 0 ? 0 : Number.NEGATIVE_INFINITY;

const options: AttentionOptions = { heads };
const cases: [string, TestInput[], (...t: Tensor[]) => Tensor, number[]][] = [
  [
    'alone',
    [q, k, v],
    (a, b, c) => attention(a, b, c, options),
    reference(1 / Math.sqrt(d), () => 0),
  ],
  [
    'with a scale',
    [q, k, v],
    (a, b, c) => attention(a, b, c, { ...options, scale: 0.2 }),
    reference(0.2, () => 0),
  ],
  [
    'with a bias',
    [q, k, v, bias],
    (a, b, c, t) => attention(a, b, c, { ...options, bias: t }),
    reference(1 / Math.sqrt(d), biasAt),
  ],
  [
    'with a bias in chunks',
    [q, k, v, bias],
    (a, b, c, t) => attention(a, b, c, { ...options, bias: t, chunk: 2 }),
    reference(1 / Math.sqrt(d), biasAt),
  ],
  [
    'with one bias for all queries, in chunks',
    [q, k, v, rowBias],
    (a, b, c, t) => attention(a, b, c, { ...options, bias: t, chunk: 3 }),
    reference(1 / Math.sqrt(d), (n, _h, _i, j) => rowBias.values[n * keys + j]),
  ],
  [
    'with bias and mask',
    [q, k, v, bias, mask],
    (a, b, c, t, m) => attention(a, b, c, { ...options, bias: t, mask: greater(m, 0) }),
    reference(1 / Math.sqrt(d), (n, h, i, j) => biasAt(n, h, i, j) + maskAt(n, h, i, j)),
  ],
];

test.each(cases)('attention %s has the values of its definition', async (_, inputs, fn, y) => {
  expect(await apply(fn, inputs)).toBeAllclose(y, { rtol: 1e-4, atol: 1e-5 });
});

test.each(cases)('attention %s has right gradients', async (_, inputs, fn) => {
  await checkGradient(fn, inputs, { rtol: 1e-5, atol: 1e-8 });
});

test('chunks leave the gradient as it is', async () => {
  await checkGradient((a, b, c) => attention(a, b, c, { heads, chunk: 2 }), [q, k, v], {
    rtol: 1e-5,
    atol: 1e-8,
  });
});

test('a query that may look nowhere looks evenly', async () => {
  const nowhere = { shape: [1, 1, 1, keys], values: new Array(keys).fill(-1) };
  const y = await apply(
    (a, b, c, m) => attention(a, b, c, { mask: greater(m, 0) }),
    [
      of([1, 3, 4], 1),
      of([1, keys, 4], 2),
      { shape: [1, keys, 1], values: [1, 2, 3, 4, 5, 6] },
      nowhere,
    ],
  );
  expect(y).toBeAllclose([3.5, 3.5, 3.5], { rtol: 1e-5 });
});

test('inference without a bias is one node, whatever the number of tokens', () => {
  const x = input('x', [1, 4096, 32]);
  const { bytes } = compile({ y: attention(x, x, x, { heads: 2 }) }, { weights: 'inputs' });
  expect(bytes.length).toBeLessThan(500);
});

test('shapes that do not fit are refused', () => {
  const [a, b] = [input('a', [2, 5, 6]), input('b', [2, 7, 6])];
  expect(() => attention(a, b, a)).toThrow('attention: expected q [batch,queries,width]');
  expect(() => attention(a, a, a, { heads: 4 })).toThrow('heads that divide the widths, got 4');
  expect(() => attention(a, b, b, { bias: input('c', [1, 1, 5, 5]) })).toThrow(
    'attention: expected bias and mask [1 or 2,1 or 1,1 or 5,7], got [1,1,5,5].',
  );
  expect(() => attention(a, b, b, { mask: input('c', [1, 1, 5, 7]) })).toThrow('a bool mask');
  expect(() => attention(a, b, b, { chunk: 0 })).toThrow('a chunk of whole queries from 1, got 0');
});
