import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, input } from '../../src/core/tensor.js';
import { haar2, inverseHaar2 } from '../../src/ops/haar.js';
import { checkAdjoint, dot } from '../support/adjoint.js';
import { apply, evaluate, normals } from '../support/evaluate.js';

test('a block becomes its mean and its three differences', async () => {
  const y = await apply(haar2, [{ shape: [1, 1, 2, 2], values: [9, 4, 3, 1] }]);
  expect(y).toEqual([8.5, 4.5, 3.5, 1.5]);
});

test('the transform keeps the energy and is undone by its inverse', async () => {
  const size = fc.integer({ min: 1, max: 4 });
  await fc.assert(
    fc.asyncProperty(size, size, size, size, async (n, c, h, w) => {
      const values = normals(4 * n * c * h * w, 1);
      const bands = haar2(constant(values, [n, c, 2 * h, 2 * w]));
      const [b, back] = await evaluate([bands, inverseHaar2(bands)]);
      expect([dot(b, b)]).toBeAllclose([dot(values, values)], { rtol: 1e-5 });
      expect(back).toBeAllclose(values, { atol: 1e-5 });
    }),
    { numRuns: 12 },
  );
});

test('both directions are adjoint to their gradients', async () => {
  await checkAdjoint(haar2, [2, 3, 4, 6], { dtype: 'float32' });
  await checkAdjoint(inverseHaar2, [2, 3, 4, 2, 3], { dtype: 'float32' });
});

test('odd sizes and missing bands are refused', () => {
  expect(() => haar2(input('x', [1, 2, 5, 4]))).toThrow(
    'haar2: expected [batch,channels,height,width] of even height and width, got [1,2,5,4]; pad it.',
  );
  expect(() => inverseHaar2(input('x', [1, 2, 3, 4, 4]))).toThrow(
    'inverseHaar2: expected [batch,channels,4,height,width], got [1,2,3,4,4].',
  );
});
