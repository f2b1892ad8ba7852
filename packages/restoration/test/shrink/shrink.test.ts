import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closedForm, gst, gstThreshold, reweighted, shrinkValue } from '../../src/index.js';

const SIZE = fc.double({ min: 0, max: 1e4, noNaN: true });

/** The cost that thresholding minimises. */
const cost = (x: number, y: number, w: number, p: number) =>
  0.5 * (x - y) ** 2 + (x === 0 ? 0 : w * Math.abs(x) ** p);

/** The minimiser on a fine grid. */
function searched(y: number, w: number, p: number): number {
  let best = 0;
  for (let i = 1; i <= 20000; i++) {
    const x = (y * i) / 20000;
    if (cost(x, y, w, p) < cost(best, y, w, p)) best = x;
  }
  return best;
}

test.each([
  [10, 3, 0.5],
  [10, 3, 0.9],
  [4, 3, 0.7],
  [2, 3, 0.7],
  [100, 50, 0.999],
  [7, 5, 1],
])('thresholding %d at weight %d and p %d gives the cheapest value', (y, w, p) => {
  expect(gst(y, w, { power: p, steps: 40 })).toBeCloseTo(searched(y, w, p), 2);
  expect(gst(-y, w, { power: p }) + gst(y, w, { power: p })).toBe(0);
});

test('at p = 1 it is soft thresholding; without weight nothing changes', () => {
  fc.assert(
    fc.property(SIZE, SIZE, (y, w) => {
      expect(gst(y, w, { power: 1 })).toBeCloseTo(Math.max(y - w, 0), 9);
      expect(gst(y, 0, { power: 0.7 })).toBe(y);
    }),
  );
  expect(gst(5, 0, { power: 0.7, noWeight: 'released' })).toBe(0);
  expect(gstThreshold(3, 1)).toBe(3);
});

test('the closed form is where re-weighting at p = 1 ends', () => {
  const rule = { power: 1, steps: 4, reweightings: 500 };
  for (const s of [10, 25, 400]) {
    expect(reweighted(s, { constant: 20, start: s, rule })).toBeCloseTo(closedForm(s, 20), 8);
  }
  expect(closedForm(8, 20)).toBe(0);
});

test('a shrunk value is never larger, never negative, and grows with the value', () => {
  const rules = [
    { kind: 'schatten', power: 0.8, constant: 20, steps: 4, reweightings: 4 },
    { kind: 'nuclear', constant: 4 },
  ] as const;
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 5e3, noNaN: true }),
      fc.double({ min: 0, max: 5e3, noNaN: true }),
      fc.constantFrom(...rules),
      (a, b, rule) => {
        const of = (s: number) => shrinkValue(s, { patches: 90, level: 20 }, rule);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(of(low)).toBeGreaterThanOrEqual(0);
        expect(of(low)).toBeLessThanOrEqual(low);
        expect(of(high)).toBeGreaterThanOrEqual(of(low) - 1e-9);
      },
    ),
  );
});
