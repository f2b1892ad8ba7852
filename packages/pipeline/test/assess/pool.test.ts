import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessWindows, IndexPool } from '../../src/assess/pool.js';

test('a small image is one window', () => {
  expect(assessWindows({ bands: 8, height: 1000, width: 900 })).toEqual([
    { row: 0, col: 0, height: 1000, width: 900 },
  ]);
});

test('windows cover every pixel once, begin on whole blocks and stay small', () => {
  const size = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), size, size, (bands, height, width) => {
      const windows = assessWindows({ bands, height, width });
      const area = windows.reduce((sum, window) => sum + window.height * window.width, 0);
      expect(area).toBe(height * width);
      // Never below 256 pixels a side, whatever the bands.
      const most = Math.max(2 ** 25, bands * 288 * 288);
      const wrong = windows.filter(
        (window) =>
          window.row % 32 !== 0 ||
          window.col % 32 !== 0 ||
          window.row + window.height > height ||
          window.col + window.width > width ||
          (windows.length > 1 && bands * window.height * window.width > most),
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('means are weighted by the pixels that counted, and leave out what is no number', () => {
  const pool = new IndexPool();
  pool.add({ a: 1, b: Number.NaN }, 100);
  pool.add({ a: 4, b: 7 }, 200);
  pool.add({ a: 1000, b: 1000 }, 0);
  expect(pool.means()).toEqual({ a: 3, b: 7 });
});

test('an index that no window had is no number', () => {
  const pool = new IndexPool();
  pool.add({ a: Number.NaN }, 10);
  expect(pool.means()['a']).toBeNaN();
});
