import { expect, test } from 'vitest';
import {
  averageKernel,
  blur,
  customKernel,
  diskKernel,
  gaussianKernel,
  motionKernel,
} from '../../src/index.js';
import { shapes } from '../random.js';

const all = [
  motionKernel(20, 60),
  motionKernel(9, 0),
  motionKernel(7, 90),
  motionKernel(11, 135),
  gaussianKernel(25, 1.6),
  averageKernel(9),
  diskKernel(3.3),
];

test('every kernel sums to 1 and is its own mirror through the centre', () => {
  for (const { height, width, data } of all) {
    expect(data.length).toBe(height * width);
    expect(data.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(data).toBeAllclose(data.slice().reverse(), { rtol: 0, atol: 1e-15 });
  }
});

test('motion along an axis is a row or a column of equal weights; 135 degrees mirrors 45', () => {
  const across = motionKernel(9, 0);
  expect([across.height, across.width]).toEqual([1, 9]);
  expect(across.data).toBeAllclose(new Float64Array(9).fill(1 / 9), { rtol: 1e-12, atol: 0 });
  const down = motionKernel(9, 90);
  const column = Float64Array.from({ length: down.height }, (_, r) =>
    down.data.subarray(r * down.width, (r + 1) * down.width).reduce((a, b) => a + b),
  );
  expect(column).toBeAllclose(new Float64Array(9).fill(1 / 9), { rtol: 0, atol: 1e-12 });
  const [a, b] = [motionKernel(11, 45), motionKernel(11, 135)];
  const mirrored = a.data.map((_, i) => {
    const [r, c] = [Math.floor(i / a.width), i % a.width];
    return a.data[r * a.width + a.width - 1 - c];
  });
  expect(b.data).toBeAllclose(mirrored, { rtol: 0, atol: 1e-9 });
});

test('20 pixels at 60 degrees take 19 rows and 11 columns, rising to the right', () => {
  const { height, width, data } = motionKernel(20, 60);
  expect([height, width]).toEqual([19, 11]);
  const corner = data[width - 2] + data[width - 1] + data[2 * width - 2];
  expect(corner).toBeGreaterThan(data[0] + data[1] + data[width]);
});

test("a disk's weights are the areas of its pixels", () => {
  const { width, data } = diskKernel(2.5);
  // Counted on a grid of 400 x 400 points a pixel.
  const fine = 400;
  const counted = data.map((_, i) => {
    const [r, c] = [Math.floor(i / width) - (width >> 1), (i % width) - (width >> 1)];
    let inside = 0;
    for (let y = 0; y < fine; y++) {
      for (let x = 0; x < fine; x++) {
        if (Math.hypot(c - 0.5 + (x + 0.5) / fine, r - 0.5 + (y + 0.5) / fine) <= 2.5) inside++;
      }
    }
    return inside / (fine * fine * Math.PI * 6.25);
  });
  expect(data).toBeAllclose(counted, { rtol: 0, atol: 1e-5 });
});

test('blur keeps the mean, and a kernel of one pixel changes nothing', () => {
  const picture = shapes(21);
  const mean = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b) / data.length;
  const out = blur(picture, motionKernel(9, 30));
  expect(mean(out.data)).toBeCloseTo(mean(picture.data), 9);
  const same = blur(picture, customKernel({ height: 1, width: 1, data: Float64Array.of(4) }));
  expect(same.data).toBeAllclose(picture.data, { rtol: 0, atol: 1e-10 });
});

test('blur is the circular sum of shifted pictures', () => {
  const picture = shapes(12);
  const { data } = blur(picture, averageKernel(3));
  let sum = 0;
  for (const y of [11, 0, 1]) for (const x of [11, 0, 1]) sum += picture.data[y * 12 + x] / 9;
  expect(data[0]).toBeCloseTo(sum, 10);
});

test('a kernel with negative or no weights, or larger than the picture, is refused', () => {
  const one = (value: number) => ({ height: 1, width: 1, data: Float64Array.of(value) });
  expect(() => customKernel(one(-1))).toThrow(/expected samples of 0 and more, got -1/);
  expect(() => customKernel(one(0))).toThrow(/expected a sum above 0/);
  expect(() => blur(shapes(8), averageKernel(9))).toThrow(/at most 8 x 8 pixels .* got 9 x 9/);
});
