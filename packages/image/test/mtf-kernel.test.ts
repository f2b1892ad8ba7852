import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../src/errors.js';
import { mtfKernel } from '../src/mtf-kernel.js';

const options = fc.record({
  gain: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
  ratio: fc.constantFrom(2, 3, 4, 6),
  taps: fc.constantFrom(21, 31, 41),
});

test('a kernel has the symmetries of the square', () => {
  fc.assert(
    fc.property(options, (wanted) => {
      const { taps, weights } = mtfKernel(wanted);
      for (let y = 0; y < taps; y++) {
        for (let x = 0; x < taps; x++) {
          const value = weights[y * taps + x];
          expect(weights[x * taps + y]).toBe(value);
          expect(weights[(taps - 1 - y) * taps + x]).toBe(value);
        }
      }
    }),
    { numRuns: 10 },
  );
});

test('the separable terms add up to the kernel', () => {
  fc.assert(
    fc.property(options, (wanted) => {
      const { taps, weights, factors, signs, reach } = mtfKernel(wanted);
      const half = (taps - 1) / 2;
      let left = 0;
      for (let y = -half; y <= half; y++) {
        for (let x = -half; x <= half; x++) {
          let sum = 0;
          for (let k = 0; k < signs.length; k++) {
            if (Math.abs(y) > reach || Math.abs(x) > reach) break;
            const base = k * (reach + 1);
            sum += signs[k] * factors[base + Math.abs(y)] * factors[base + Math.abs(x)];
          }
          left += Math.abs(sum - weights[(y + half) * taps + x + half]);
        }
      }
      expect(left).toBeLessThan(1e-12);
    }),
    { numRuns: 10 },
  );
});

test('the gain at the Nyquist frequency of the coarse grid is the one asked for', () => {
  const ratio = 4;
  const { taps, weights } = mtfKernel({ gain: 0.3, ratio });
  const half = (taps - 1) / 2;
  let response = 0;
  for (let y = -half; y <= half; y++) {
    for (let x = -half; x <= half; x++) {
      response += weights[(y + half) * taps + x + half] * Math.cos((Math.PI * x) / ratio);
    }
  }
  // N - 1 in place of N makes the response 41/40 too narrow: 0.3 ** (41/40)² = 0.2822.
  expect(response).toBeCloseTo(0.2822, 2);
});

test('the sum is the published 0.9987 unless a unit sum is asked for', () => {
  const sum = (weights: Float64Array) => weights.reduce((total, w) => total + w, 0);
  expect(sum(mtfKernel({ gain: 0.3, ratio: 4 }).weights)).toBeCloseTo(0.99874, 5);
  const clipped = mtfKernel({ gain: 0.3, ratio: 4, normalise: 'unit-sum' });
  expect(sum(clipped.weights)).toBeCloseTo(1, 12);
  expect(Math.min(...clipped.weights)).toBeGreaterThanOrEqual(0);
});

test('a gain, ratio or number of taps that makes no sense is refused', () => {
  expect(() => mtfKernel({ gain: 0, ratio: 4 })).toThrow(InputError);
  expect(() => mtfKernel({ gain: 1, ratio: 4 })).toThrow(InputError);
  expect(() => mtfKernel({ gain: 0.3, ratio: 0 })).toThrow(InputError);
  expect(() => mtfKernel({ gain: 0.3, ratio: 4, taps: 40 })).toThrow(InputError);
});

test('at most eleven separable terms are a usual kernel, of the 21 that there could be', () => {
  for (const gain of [0.2, 0.3, 0.36]) {
    expect(mtfKernel({ gain, ratio: 4 }).signs.length).toBeLessThanOrEqual(11);
  }
});
