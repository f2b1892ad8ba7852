import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addColumns,
  addObservation,
  momentSize,
  readMoments,
} from '../../src/statistics/moments.js';

test('means and covariances by hand', () => {
  const sums = new Float64Array(momentSize(2));
  for (const [x, y] of [
    [1, 2],
    [2, 4],
    [6, 0],
  ]) {
    addObservation(sums, 0, Float64Array.of(x, y), 2);
  }
  const { count, mean, covariance } = readMoments(sums, 0, 2);
  expect(count).toBe(3);
  expect(mean).toBeAllclose([3, 2], { atol: 1e-12 });
  // Deviations -2 -1 3 and 0 2 -2.
  expect(covariance).toBeAllclose([7, -4, -4, 4], { atol: 1e-12 });
});

test('whole columns add up to the same sums as their observations', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (length, variables, holes) => {
        const columns = Array.from({ length: variables }, (_, v) =>
          Float32Array.from({ length }, (_, i) => (i * 31 + v * 17) % 101),
        );
        const mask = holes ? Uint8Array.from({ length }, (_, i) => (i % 3 ? 1 : 0)) : undefined;
        const fast = new Float64Array(2 + momentSize(variables));
        const slow = new Float64Array(2 + momentSize(variables));
        addColumns(fast, 2, columns, mask);
        for (let i = 0; i < length; i++) {
          if (mask?.[i] === 0) continue;
          const values = Float64Array.from(columns, (column) => column[i]);
          addObservation(slow, 2, values, variables);
        }
        return fast.every((value, i) => value === slow[i]);
      },
    ),
    { numRuns: 30 },
  );
});
