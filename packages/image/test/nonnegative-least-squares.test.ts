import { expect, test } from 'vitest';
import { solveNonNegative } from '../src/index.js';

test('where the free solution is positive it is found', () => {
  const x = solveNonNegative([2, 1, 1, 3], [4, 7]);
  expect([...x]).toEqual([expect.closeTo(1, 6), expect.closeTo(2, 6)]);
});

test('a value that would be negative is zero and the others do their best', () => {
  // Free solution of [1 .9; .9 1] x = [1, .5] has a negative second part.
  const x = solveNonNegative([1, 0.9, 0.9, 1], [1, 0.5]);
  expect(x[1]).toBe(0);
  expect(x[0]).toBeCloseTo(1, 9);
});
