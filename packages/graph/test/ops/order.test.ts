import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, input } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { checkAdjoint } from '../support/adjoint.js';
import { apply, checkGradient, evaluate, normals } from '../support/evaluate.js';

const rows = { shape: [2, 4], values: [3, 1, 4, 1, 5, 9, 2, 6] };

test('topK gives the extremes in order and where they stand', async () => {
  const of = (order: 'largest' | 'smallest', what: 'values' | 'indices') =>
    apply((x) => ops.topK(x, { k: 2, order })[what], [rows]);
  expect(await of('largest', 'values')).toEqual([4, 3, 9, 6]);
  expect(await of('largest', 'indices')).toEqual([2, 0, 1, 3]);
  expect(await of('smallest', 'values')).toEqual([1, 1, 2, 5]);
  expect(await of('smallest', 'indices')).toEqual([1, 3, 2, 0]);
});

test('argMin and argMax give the first extreme', async () => {
  expect(await apply((x) => ops.argMin(x, { axis: 1 }), [rows])).toEqual([1, 2]);
  expect(await apply((x) => ops.argMax(x, { axis: 0, keepDims: true }), [rows])).toEqual([
    1, 1, 0, 1,
  ]);
});

test('sorting along any axis agrees with JavaScript, and its positions fetch the values', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }),
      fc.constantFrom<'ascending' | 'descending'>('ascending', 'descending'),
      async (list, order) => {
        const x = constant(list, [list.length, 1]);
        const { values, indices } = ops.sort(x, { axis: 0, order });
        const fetched = ops.gatherElements(x, indices, { axis: 0 });
        const [a, b] = await evaluate([values, fetched]);
        const expected = [...list].sort((p, q) => (order === 'ascending' ? p - q : q - p));
        expect(a).toEqual(expected);
        expect(b).toEqual(expected);
      },
    ),
    { numRuns: 20 },
  );
});

test('gradients of sorted and chosen values go back to where they stood', async () => {
  await checkGradient((x) => ops.sort(x, { axis: 1 }).values, [{ shape: [2, 5, 3] }]);
  await checkGradient((x) => ops.topK(x, { k: 2 }).values, [{ shape: [3, 5] }]);
});

const places = { shape: [2, 3], values: [1, 1, 0, 2, 0, 2], dtype: 'int64' } as const;
const distinct = { shape: [2, 3], values: [1, 2, 0, 2, 0, 3], dtype: 'int64' } as const;

test('gatherElements and scatterElements pick and place along an axis', async () => {
  expect(await apply((x, i) => ops.gatherElements(x, i, { axis: 1 }), [rows, places])).toEqual([
    1, 1, 3, 2, 5, 2,
  ]);
  const updates = { shape: [2, 3], values: [10, 20, 30, 40, 50, 60] };
  const placed = (reduction: 'none' | 'add', i: typeof places | typeof distinct) =>
    apply(
      (x, indices, u) => ops.scatterElements(x, { indices, updates: u, axis: 1, reduction }),
      [rows, i, updates],
    );
  expect(await placed('none', distinct)).toEqual([30, 10, 20, 1, 50, 9, 40, 60]);
  expect(await placed('add', places)).toEqual([33, 31, 4, 1, 55, 9, 102, 6]);
});

test('gatherND and scatterNDAdd address by rows of positions', async () => {
  const at = { shape: [3, 2], values: [0, 1, 1, 3, 0, 1], dtype: 'int64' } as const;
  expect(await apply(ops.gatherND, [rows, at])).toEqual([1, 6, 1]);
  const y = await apply(
    (x, indices, updates) => ops.scatterNDAdd(x, { indices, updates }),
    [rows, at, { shape: [3], values: [10, 20, 30] }],
  );
  expect(y).toEqual([3, 41, 4, 1, 5, 9, 2, 26]);
});

test('picking and placing have right gradients', async () => {
  const x = { shape: [2, 4] };
  const u = { shape: [2, 3] };
  await checkGradient((a, i) => ops.gatherElements(ops.square(a), i, { axis: 1 }), [x, places]);
  await checkGradient(
    (a, indices, updates) =>
      ops.scatterElements(a, { indices, updates, axis: 1, reduction: 'add' }),
    [x, places, u],
  );
  await checkGradient(
    (a, indices, updates) => ops.scatterElements(ops.square(a), { indices, updates, axis: 1 }),
    [x, distinct, u],
  );
  const at = { shape: [3, 1], values: [1, 0, 1], dtype: 'int64' } as const;
  await checkGradient((a, i) => ops.gatherND(ops.square(a), i), [x, at]);
  await checkGradient(
    (a, indices, updates) => ops.scatterNDAdd(a, { indices, updates: ops.square(updates) }),
    [x, at, { shape: [3, 4] }],
  );
});

test('oneHot marks positions on a new axis', async () => {
  const at = { shape: [3], values: [2, 0, 5], dtype: 'int64' } as const;
  expect(await apply((i) => ops.oneHot(i, { depth: 3 }), [at])).toEqual([
    0, 0, 1, 1, 0, 0, 0, 0, 0,
  ]);
  expect(await apply((i) => ops.oneHot(i, { depth: 3, axis: 0, dtype: 'float64' }), [at])).toEqual([
    0, 1, 0, 0, 0, 0, 1, 0, 0,
  ]);
});

test('cumsum runs from either end, with or without the element itself', async () => {
  const x = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
  const run = (options: ops.CumsumOptions) => apply((t) => ops.cumsum(t, options), [x]);
  expect(await run({ axis: 1 })).toEqual([1, 3, 6, 4, 9, 15]);
  expect(await run({ axis: 0 })).toEqual([1, 2, 3, 5, 7, 9]);
  expect(await run({ axis: 1, direction: 'backward' })).toEqual([6, 5, 3, 15, 11, 6]);
  expect(await run({ axis: 1, bounds: 'exclusive' })).toEqual([0, 1, 3, 0, 4, 9]);
  for (const direction of ['forward', 'backward'] as const) {
    for (const bounds of ['inclusive', 'exclusive'] as const) {
      await checkAdjoint((t) => ops.cumsum(t, { axis: 1, direction, bounds }), [2, 5, 3]);
    }
  }
});

test('positions and lengths that do not fit are refused', () => {
  const x = input('x', [2, 4]);
  const i = input('i', [3, 4], 'int64');
  expect(() => ops.topK(x, { k: 5 })).toThrow('topK: expected k in [1, 4], got 5.');
  expect(() => ops.gatherElements(x, i, { axis: 1 })).toThrow(
    'gatherElements: expected indices like x [2,4] except on axis 1, got [3,4].',
  );
  expect(() => ops.gatherElements(x, x, { axis: 1 })).toThrow('int64 indices, got float32');
  expect(() => ops.scatterElements(x, { indices: i, updates: x, axis: 0 })).toThrow(
    'scatterElements: expected updates float32[3,4] like indices, got float32[2,4].',
  );
  expect(() => ops.gatherND(x, i)).toThrow('gatherND: expected indices [...,1 to 2], got [3,4].');
  expect(() => ops.scatterNDAdd(x, { indices: input('j', [3, 1], 'int64'), updates: x })).toThrow(
    'scatterNDAdd: expected updates float32[3,4], got float32[2,4].',
  );
  expect(() => ops.oneHot(x, { depth: 3 })).toThrow('oneHot: expected int64 indices, got float32');
  expect(() => ops.oneHot(i, { depth: 0 })).toThrow('oneHot: expected a depth from 1, got 0.');
  expect(() => ops.cumsum(x, { axis: 2 })).toThrow('cumsum: expected an axis in [-2, 1], got 2.');
});

test('sorted values do not depend on the order that they come in', async () => {
  const values = normals(7, 8);
  const sorted = (list: number[]) =>
    apply((x) => ops.sort(x).values, [{ shape: [7], values: list }]);
  expect(await sorted(values)).toEqual(await sorted([...values].reverse()));
});
