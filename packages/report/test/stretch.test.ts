import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentiles, toRgba } from '../src/stretch.js';

describe('percentiles', () => {
  test('interpolates between order statistics as numpy does', () => {
    // numpy 1.24: np.percentile([15, 20, 35, 40, 50], [2, 40, 98]) = [15.4, 29.0, 49.2]
    const values = Float64Array.from([40, 15, 50, 20, 35]);
    expect(percentiles(values).low).toBeCloseTo(15.4, 12);
    expect(percentiles(values).high).toBeCloseTo(49.2, 12);
    expect(percentiles(values, { low: 40 }).low).toBeCloseTo(29, 12);
  });

  test('passes over masked and undefined samples', () => {
    const values = Float32Array.from([1, 2, Number.NaN, 3, 9999]);
    const mask = Uint8Array.from([1, 1, 1, 1, 0]);
    expect(percentiles(values, { low: 0, high: 100, mask })).toEqual({ low: 1, high: 3 });
  });

  test('gives a range even where there is none', () => {
    expect(percentiles(new Uint8Array(9).fill(7))).toEqual({ low: 6.5, high: 7.5 });
    expect(percentiles(Float32Array.from([Number.NaN]))).toEqual({ low: 0, high: 1 });
  });

  test('lies within the data, low below high', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2047 }), { minLength: 2 }), (list) => {
        fc.pre(new Set(list).size > 1);
        const { low, high } = percentiles(Uint16Array.from(list), { low: 0, high: 100 });
        expect(low).toBe(Math.min(...list));
        expect(high).toBe(Math.max(...list));
      }),
    );
  });
});

describe('toRgba', () => {
  const raster = {
    bands: 1,
    height: 1,
    width: 4,
    data: Float32Array.from([0, 100, Number.NaN, 50]),
    mask: Uint8Array.from([1, 1, 1, 0]),
  };
  const rgba = toRgba(raster, { bands: [0, 0, 0], stretches: [{ low: 0, high: 100 }] });

  test('puts the ends of the stretch at black and white', () => {
    expect([...rgba.subarray(0, 8)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  });

  test('makes missing and masked pixels transparent', () => {
    expect(rgba[11]).toBe(0);
    expect(rgba[15]).toBe(0);
  });

  test('never darkens when a sample rises', () => {
    const data = Float32Array.from({ length: 300 }, (_, i) => i - 20);
    const row = toRgba(
      { bands: 1, height: 1, width: 300, data },
      { bands: [0, 0, 0], stretches: [{ low: 0, high: 250 }] },
    );
    for (let i = 1; i < 300; i++) expect(row[4 * i]!).toBeGreaterThanOrEqual(row[4 * i - 4]!);
  });
});
