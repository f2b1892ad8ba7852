import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveSymmetric } from '../src/least-squares.js';
import { symmetricEigen } from '../src/symmetric-eigen.js';

const matrices = fc
  .integer({ min: 1, max: 8 })
  .chain((n) =>
    fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((values) => ({ n, values })),
  );

test('a symmetric matrix is rebuilt from its eigenvalues and orthonormal vectors', () => {
  fc.assert(
    fc.property(matrices, ({ n, values }) => {
      const a = values.map((_, i) => values[i] + values[(i % n) * n + Math.floor(i / n)]);
      const { values: lambda, vectors } = symmetricEigen(a, n);
      const rebuilt = new Float64Array(n * n);
      for (let k = 0; k < n; k++) {
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            rebuilt[i * n + j] += lambda[k] * vectors[k * n + i] * vectors[k * n + j];
          }
        }
      }
      expect(rebuilt).toBeAllclose(a, { atol: 1e-11 });
    }),
  );
});

test('a regular system is solved', () => {
  expect(solveSymmetric([4, 1, 1, 3], [1, 2])).toBeAllclose([1 / 11, 7 / 11], { atol: 1e-14 });
});

test('of equal columns each gets the same share', () => {
  expect(solveSymmetric([2, 2, 2, 2], [6, 6])).toBeAllclose([1.5, 1.5], { atol: 1e-12 });
});

test('a matrix of zeros gives zeros', () => {
  expect(solveSymmetric([0, 0, 0, 0], [0, 0])).toEqual(Float64Array.of(0, 0));
});
