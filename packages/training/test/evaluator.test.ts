import { expect, test } from 'vitest';
import { errorLeft } from '../src/evaluator.js';

test('the share of error that is left is 1 at the start and 0 for a perfect image', () => {
  const start = { q2n: 0.8, sam: 2, ergas: 4 };
  expect(errorLeft(start, start)).toBe(1);
  expect(errorLeft({ q2n: 1, sam: 0, ergas: 0 }, start)).toBe(0);
  expect(errorLeft({ q2n: 0.9, sam: 1, ergas: 2 }, start)).toBeCloseTo(0.5, 12);
});
