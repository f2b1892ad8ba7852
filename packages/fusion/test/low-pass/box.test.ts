import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxMean, boxSums } from '../../src/low-pass/box.js';
import { boxMoments } from '../../src/low-pass/box-moments.js';
import { filled } from '../../src/low-pass/filled.js';

const sheet = { row: -2, col: 3, height: 6, width: 7 };
const data = Float64Array.from({ length: 42 }, (_, i) => (i * 37) % 11);
const rows = { start: -2, end: 4 };
const cols = { start: 3, end: 10 };

/** Every sample of the box around a pixel, one by one. */
function samples(row: number, col: number, radius: number, outside: 'nothing' | 'nearest') {
  const found: number[] = [];
  for (let y = row - radius; y <= row + radius; y++) {
    for (let x = col - radius; x <= col + radius; x++) {
      const inside = y >= -2 && y < 4 && x >= 3 && x < 10;
      if (!inside && outside === 'nothing') continue;
      const r = Math.min(5, Math.max(0, y + 2));
      const c = Math.min(6, Math.max(0, x - 3));
      found.push(data[r * 7 + c]);
    }
  }
  return found;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test('box sums are those of the samples one by one, also beyond the sheet', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom('nothing' as const, 'nearest' as const),
      (radius, outside) => {
        const sums = boxSums({ ...sheet, data }, { rows, cols, radius, outside });
        const expected = Float64Array.from(sums, (_, p) =>
          sum(samples(-2 + Math.floor(p / 7), 3 + (p % 7), radius, outside)),
        );
        expect(sums).toBeAllclose(expected, { rtol: 1e-12 });
      },
    ),
  );
});

test('means and variances are those of the samples in the box', () => {
  const box = { rows, cols, radius: 1, outside: 'nothing' as const };
  const { mean, variance } = boxMoments({ ...sheet, data }, box);
  const values = samples(-2, 3, 1, 'nothing');
  const expected = sum(values) / values.length;
  expect(mean[0]).toBeCloseTo(expected, 12);
  const squares = sum(values.map((value) => (value - expected) ** 2));
  expect(variance[0]).toBeCloseTo(squares / values.length, 12);
});

test('a flat box has no variance at all', () => {
  const flat = new Float64Array(42).fill(1234.567);
  const box = { rows, cols, radius: 2, outside: 'nearest' as const };
  expect(boxMoments({ ...sheet, data: flat }, box).variance.every((v) => v === 0)).toBe(true);
});

test('only known pixels count, and where there are none the mean is 0', () => {
  const mask = new Uint8Array(42);
  mask[8] = 1;
  const box = { rows, cols, radius: 1, outside: 'nearest' as const };
  const mean = boxMean({ ...sheet, data, mask }, box);
  expect(mean[0]).toBe(data[8]);
  expect(mean[41]).toBe(0);
});

test('holes are filled with the mean of what is known around them', () => {
  const mask = new Uint8Array(42).fill(1);
  mask[9] = 0;
  const values = filled({ ...sheet, bands: 1, data, mask }, 1).data;
  const around = [1, 2, 3, 8, 10, 15, 16, 17].map((p) => data[p]);
  expect(values[9]).toBeCloseTo(sum(around) / 8, 12);
  expect(values[10]).toBe(data[10]);
});
