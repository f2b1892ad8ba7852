import { expect, test } from 'vitest';
import { q, qMap } from '../src/q.js';
import { change, scene, tiny } from './scenes.js';

test('one window follows the formula', () => {
  // Means 2 and 3, variances (population) 1 and 4, covariance 2.
  const a = tiny([1, 2, 2], 1, 3, 1, 3);
  const b = tiny([1, 2, 2], 1, 5, 1, 5);
  expect(q(a, b, { block: 2 })).toBeCloseTo((4 * 2 * 2 * 3) / ((1 + 4) * (4 + 9)), 12);
});

test('every position of the window counts: a running sum equals direct sums', () => {
  const a = scene(1, 9, 11);
  const b = scene(1, 9, 11, 4);
  const { map, height, width } = qMap(a, b, { block: 4 });
  expect([height, width]).toEqual([6, 8]);
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 8; x++) {
      const at = Array.from({ length: 16 }, (_, k) => (y + (k >> 2)) * 11 + x + (k & 3));
      const mean = (data: Float64Array) => at.reduce((sum, i) => sum + data[i], 0) / 16;
      const [ma, mb] = [mean(a.data), mean(b.data)];
      const moment = (p: Float64Array, q: Float64Array, mp: number, mq: number) =>
        at.reduce((sum, i) => sum + (p[i] - mp) * (q[i] - mq), 0);
      const cross = moment(a.data, b.data, ma, mb);
      const squares = moment(a.data, a.data, ma, ma) + moment(b.data, b.data, mb, mb);
      const expected = (4 * cross * ma * mb) / (squares * (ma * ma + mb * mb));
      expect(map[y * 8 + x]).toBeCloseTo(expected, 9);
    }
  }
});

test('constant windows compare means; zeros on both sides are perfect', () => {
  const flat = (value: number) => tiny([1, 2, 2], value, value, value, value);
  expect(q(flat(2), flat(4), { block: 2 })).toBeCloseTo((2 * 2 * 4) / (4 + 16), 12);
  expect(q(flat(0), flat(0), { block: 2 })).toBe(1);
  expect(q(flat(0.1), flat(0.1), { block: 2 })).toBeCloseTo(1, 12);
});

test('NaN pixels are left out and never spread', () => {
  const a = scene(2, 40, 40);
  const spoilt = change(a, (value, i) => (i === 820 ? Number.NaN : value));
  expect(q(spoilt, a, { block: 8 })).toBeCloseTo(1, 12);
  expect(
    q(
      change(a, () => Number.NaN),
      a,
    ),
  ).toBeNaN();
});
