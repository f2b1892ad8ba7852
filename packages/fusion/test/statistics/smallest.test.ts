import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  keepSmallest,
  mergeSmallest,
  percentileOf,
  smallestSize,
} from '../../src/statistics/smallest.js';

const place = { offset: 0, capacity: 5 };

test('the smallest values are kept, whatever the parts they come in', () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 20 });
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      const one = new Float64Array(smallestSize(5));
      const other = new Float64Array(smallestSize(5));
      keepSmallest(one, place, Float64Array.from(a));
      keepSmallest(one, place, Float64Array.from(b));
      keepSmallest(other, place, Float64Array.from(c));
      mergeSmallest(one, other, place);
      const sorted = [...a, ...b, ...c].sort((x, y) => x - y).slice(0, 5);
      expect(Array.from(one.subarray(1, 1 + one[0]))).toEqual(sorted);
    }),
  );
});

test.each([
  // Of 1 .. 100 with MATLAB's prctile.
  [1, 1.5],
  [2.3, 2.8],
  [0, 1],
])('percentile %d of 1 to 100 is %d', (percent, expected) => {
  const sums = new Float64Array(smallestSize(5));
  keepSmallest(
    sums,
    place,
    Float64Array.from({ length: 100 }, (_, i) => 100 - i),
  );
  expect(percentileOf(sums, place, { count: 100, percent })).toBeCloseTo(expected, 12);
});

test('nothing has no percentile', () => {
  const sums = new Float64Array(smallestSize(5));
  expect(percentileOf(sums, place, { count: 0, percent: 1 })).toBeUndefined();
});
