import { describe, expect, test } from 'vitest';
import { fillNearest } from '../src/whole-scene/fill-nearest.js';
import { divergence, gradient } from '../src/whole-scene/gradient.js';
import { mapDetails } from '../src/whole-scene/redundant-wavelet.js';

const size = { height: 9, width: 7 };
const pixels = size.height * size.width;
const wave = (seed: number) =>
  Float64Array.from({ length: pixels }, (_, p) => Math.sin(p * 1.7 + seed) + (p % 5));

test('divergence is the transpose of the gradient', () => {
  const [u, x, y] = [wave(1), wave(2), wave(3)];
  const slopes = { x: new Float64Array(pixels), y: new Float64Array(pixels) };
  gradient(u, size, slopes);
  const back = new Float64Array(pixels);
  divergence(x, y, size, back);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, p) => sum + v * b[p], 0);
  expect(dot(slopes.x, x) + dot(slopes.y, y)).toBeCloseTo(dot(u, back), 9);
});

describe('the redundant wavelet transform', () => {
  test('gives back a plane whose details are left alone, whatever its size', () => {
    const plane = wave(4);
    expect(mapDetails([plane], size, 4, () => {})).toBeAllclose(plane, { atol: 1e-12 });
  });

  test('holds nothing of a constant in its details', () => {
    mapDetails([new Float64Array(pixels).fill(7)], size, 3, ([detail]) => {
      expect(Math.max(...detail.map(Math.abs))).toBeLessThan(1e-10);
    });
  });

  test('without its details is smoother', () => {
    const plane = wave(5);
    const rough = (values: Float64Array) =>
      values.reduce((sum, v, p) => sum + (p > 0 ? Math.abs(v - values[p - 1]) : 0), 0);
    const smooth = mapDetails([plane], size, 2, ([detail]) => detail.fill(0));
    expect(rough(smooth)).toBeLessThan(0.5 * rough(plane));
    const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / pixels;
    expect(mean(smooth)).toBeCloseTo(mean(plane), 9);
  });
});

describe('fillNearest', () => {
  test('takes the nearest known value of the row, and whole rows from the nearest that has some', () => {
    const plane = Float64Array.of(1, 9, 9, 9, 5, 9, 9, 9, 9, 9, 9, 9, 3, 9, 9);
    const mask = Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
    const filled = fillNearest(plane, mask, { height: 3, width: 5 });
    expect([...filled.subarray(0, 5)].filter((v) => v === 1 || v === 5)).toHaveLength(5);
    expect(filled[1]).toBe(1);
    expect(filled[3]).toBe(5);
    expect([...filled.subarray(10)]).toEqual([3, 3, 3, 3, 3]);
    expect([1, 5, 3]).toContain(filled[7]);
  });

  test('is 0 where nothing is known', () => {
    const out = fillNearest(Float64Array.of(4, 4), Uint8Array.of(0, 0), { height: 1, width: 2 });
    expect([...out]).toEqual([0, 0]);
  });
});
