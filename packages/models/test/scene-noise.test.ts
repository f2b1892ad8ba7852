import { expect, test } from 'vitest';
import { sceneNoise } from '../src/scene-noise.js';

const key = { seed: 7, sample: 0, step: 0 };

test('windows are given the same noise where they overlap', () => {
  const whole = sceneNoise(key, { bands: 2, row: 0, col: 0, height: 20, width: 30 });
  const part = sceneNoise(key, { bands: 2, row: 5, col: 11, height: 8, width: 6 });
  for (let b = 0; b < 2; b++) {
    for (let y = 0; y < 8; y++) {
      const from = (b * 20 + y + 5) * 30 + 11;
      expect([...part.subarray((b * 8 + y) * 6, (b * 8 + y + 1) * 6)]).toEqual([
        ...whole.subarray(from, from + 6),
      ]);
    }
  }
});

const size = { bands: 4, row: 3, col: 900, height: 200, width: 250 };

/** Of two lists alike. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum / a.length;
}

test('it is standard normal, and neither neighbours, bands, steps nor seeds are alike', () => {
  const values = sceneNoise(key, size);
  const count = values.length;
  const moment = (p: number) => values.reduce((sum, v) => sum + v ** p, 0) / count;
  // Five deviations of each moment over 200,000 values.
  expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(count));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / count));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  const limit = 5 / Math.sqrt(count);
  const others = [
    values.subarray(1),
    values.subarray(250),
    values.subarray(200 * 250),
    sceneNoise({ ...key, step: 1 }, size),
    sceneNoise({ ...key, sample: 1 }, size),
    sceneNoise({ ...key, seed: 8 }, size),
  ];
  for (const other of others) {
    const length = Math.min(count, other.length);
    expect(Math.abs(correlation(values.subarray(0, length), other))).toBeLessThan(
      limit * Math.sqrt(count / length),
    );
  }
});
