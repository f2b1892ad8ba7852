import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tickLabel, ticks } from '../../src/chart/ticks.js';

test('ticks are round and inside the range', () => {
  expect(ticks(0, 1000, 4)).toEqual([0, 250, 500, 750, 1000]);
  expect(ticks(425, 950, 6)).toEqual([500, 600, 700, 800, 900]);
  expect(ticks(3, 3)).toEqual([3]);
});

test('ticks are few, rising and inside, whatever the range', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (low, span) => {
        const list = ticks(low, low + span, 5);
        expect(list.length).toBeLessThanOrEqual(7);
        for (let i = 1; i < list.length; i++) expect(list[i]!).toBeGreaterThan(list[i - 1]!);
        for (const value of list) {
          expect(value).toBeGreaterThanOrEqual(low - 1e-3 * span);
          expect(value).toBeLessThanOrEqual(low + span * 1.001);
        }
      },
    ),
  );
});

test('tickLabel sets thousands apart from ten thousand on', () => {
  expect(tickLabel(1500)).toBe('1500');
  expect(tickLabel(20000)).toBe('20 000');
  expect(tickLabel(0.25)).toBe('0.25');
});
