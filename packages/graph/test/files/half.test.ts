import fc from 'fast-check';
import { expect, test } from 'vitest';
import { float32ToHalf, halfToFloat32 } from '../../src/files/half.js';

test('every binary16 comes back from its float32', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const numbers = all.filter((h) => (h & 0x7c00) !== 0x7c00 || (h & 0x3ff) === 0);
  expect(float32ToHalf(halfToFloat32(numbers))).toEqual(numbers);
});

test('no binary16 is nearer than the one that is taken', () => {
  fc.assert(
    fc.property(fc.float({ min: -65000, max: 65000, noNaN: true }), (value) => {
      const [half] = float32ToHalf(Float32Array.of(value));
      const [got, up, down] = halfToFloat32(
        Uint16Array.of(half, half + 1, half & 0x7fff ? half - 1 : half),
      );
      const error = Math.abs(got - value);
      return error <= Math.abs(up - value) && error <= Math.abs(down - value);
    }),
  );
});

test('halves go to the even neighbour; what is too large becomes infinity', () => {
  // 2049 and 2051 lie midway between 2048, 2050 and 2052.
  const values = Float32Array.of(2049, 2051, 65519, 65520, Number.NaN);
  expect([...halfToFloat32(float32ToHalf(values))]).toEqual([
    2048,
    2052,
    65504,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]);
});
