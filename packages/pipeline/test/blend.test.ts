import { PLAIN } from '@bandweave/models';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addBlended, layoutFor, windowsOver } from '../src/blend.js';

const facts = {
  weights: 'none',
  ratio: 4,
  msStep: 1,
  phase: 2,
  preparation: PLAIN,
  window: 64,
  overlap: 16,
  margin: 0,
  threads: 1,
};

test('windows begin on the lattice, overlap and cover the scene', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (size) => {
      const { starts, length } = layoutFor(size, facts);
      if (starts.some((start) => start % 4 !== 0)) return false;
      for (let i = 1; i < starts.length; i++) {
        if (starts[i] > starts[i - 1] + length - facts.overlap) return false;
      }
      const end = starts[starts.length - 1] + length;
      return end >= size && end < size + 4 && (starts.length > 1 || length <= 64);
    }),
  );
});

test('blending a constant gives the constant everywhere, whatever the area', () => {
  const layout = { rows: layoutFor(150, facts), cols: layoutFor(201, facts) };
  const area = { rows: { start: 30, end: 130 }, cols: { start: 0, end: 201 } };
  const sums = new Float32Array(2 * 100 * 201);
  const shares = new Float32Array(100 * 201);
  for (const window of windowsOver(area, layout)) {
    const values = new Float32Array(2 * 64 * 64).fill(7);
    addBlended(values, window, { area, layout, sums, shares });
  }
  expect(shares.every((share) => share > 0)).toBe(true);
  const means = sums.map((sum, i) => sum / shares[i % shares.length]);
  expect(means).toBeAllclose(new Float32Array(means.length).fill(7), { rtol: 1e-5 });
});

test('what lies in the margin of a window reaches nothing but the edge of the scene', () => {
  const own = { ...facts, margin: 5 };
  const layout = { rows: layoutFor(64, own), cols: layoutFor(201, own) };
  const area = { rows: { start: 0, end: 64 }, cols: { start: 0, end: 201 } };
  const sums = new Float32Array(64 * 201);
  const shares = new Float32Array(64 * 201);
  for (const window of windowsOver(area, layout)) {
    const values = Float32Array.from({ length: 64 * 64 }, (_, i) => {
      const col = i % 64;
      const inner = window.cols.start > 0 && col < 5;
      return inner || (window.cols.end < 201 && col >= 59) ? 1e6 : 7;
    });
    addBlended(values, window, { area, layout, sums, shares });
  }
  const means = sums.map((sum, i) => sum / shares[i]);
  expect(means).toBeAllclose(new Float32Array(means.length).fill(7), { rtol: 1e-5 });
});

test('an area gets the same values as the whole scene does there', () => {
  const layout = { rows: layoutFor(150, facts), cols: layoutFor(150, facts) };
  const render = (area: Parameters<typeof windowsOver>[0]) => {
    const width = area.cols.end - area.cols.start;
    const pixels = width * (area.rows.end - area.rows.start);
    const sums = new Float32Array(pixels);
    const shares = new Float32Array(pixels);
    for (const window of windowsOver(area, layout)) {
      const values = new Float32Array(64 * 64).fill(window.rows.start + 3 * window.cols.start);
      addBlended(values, window, { area, layout, sums, shares });
    }
    return sums.map((sum, i) => sum / shares[i]);
  };
  const whole = render({ rows: { start: 0, end: 150 }, cols: { start: 0, end: 150 } });
  const part = render({ rows: { start: 40, end: 90 }, cols: { start: 60, end: 150 } });
  const cut = Float32Array.from(
    { length: 50 * 90 },
    (_, i) => whole[(40 + Math.floor(i / 90)) * 150 + 60 + (i % 90)],
  );
  expect(part).toBeAllclose(cut, { rtol: 1e-6 });
});
