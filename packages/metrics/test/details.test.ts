import { expect, test } from 'vitest';
import { scc } from '../src/scc.js';
import { ssim } from '../src/ssim.js';
import { change, scene, tiny } from './scenes.js';

test('SCC is the cosine between Sobel magnitudes of what is left inside the border', () => {
  // A 4x4 image leaves 2x2: magnitudes are those of the inner four pixels with zeros around.
  const inner = (a: number, b: number, c: number, d: number) =>
    tiny([1, 4, 4], 9, 9, 9, 9, 9, a, b, 9, 9, c, d, 9, 9, 9, 9, 9);
  const magnitudes = (a: number, b: number, c: number, d: number) => [
    Math.hypot(2 * c + d, 2 * b + d),
    Math.hypot(c + 2 * d, 2 * a + c),
    Math.hypot(2 * a + b, b + 2 * d),
    Math.hypot(a + 2 * b, a + 2 * c),
  ];
  const [p, q] = [magnitudes(1, 2, 3, 4), magnitudes(4, 1, 2, 5)];
  const dot = (u: number[], v: number[]) => u.reduce((sum, x, i) => sum + x * v[i], 0);
  expect(scc(inner(1, 2, 3, 4), inner(4, 1, 2, 5))).toBeCloseTo(
    dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)),
    12,
  );
});

test('SCC does not mind scaling and is 1 for equal images', () => {
  const image = scene(3, 20, 20);
  expect(
    scc(
      change(image, (value) => 5 * value),
      image,
    ),
  ).toBeCloseTo(1, 12);
  expect(
    scc(
      change(image, () => 0),
      change(image, () => 0),
    ),
  ).toBe(1);
});

test('SSIM of one window follows the formula', () => {
  const image = scene(1, 11, 11);
  const other = change(image, (value, i) => value + (i % 5) * 40);
  const weights = Array.from({ length: 121 }, (_, i) => {
    const [y, x] = [Math.floor(i / 11) - 5, (i % 11) - 5];
    return Math.exp(-(x * x + y * y) / 4.5);
  });
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = (f: (i: number) => number) =>
    weights.reduce((sum, w, i) => sum + (w / total) * f(i), 0);
  const [ma, mb] = [mean((i) => image.data[i]), mean((i) => other.data[i])];
  const va = mean((i) => (image.data[i] - ma) ** 2);
  const vb = mean((i) => (other.data[i] - mb) ** 2);
  const cab = mean((i) => (image.data[i] - ma) * (other.data[i] - mb));
  const [c1, c2] = [(0.01 * 2047) ** 2, (0.03 * 2047) ** 2];
  const expected =
    ((2 * ma * mb + c1) * (2 * cab + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
  expect(ssim(other, image, { bits: 11 })).toBeCloseTo(expected, 9);
});

test('SSIM is 1 for equal images and takes small ones', () => {
  const image = scene(2, 30, 25);
  expect(ssim(image, image, { bits: 11 })).toBeCloseTo(1, 12);
  const small = scene(1, 4, 5);
  expect(ssim(small, small, { bits: 11 })).toBeCloseTo(1, 12);
});

test('a NaN pixel only takes its neighbourhood out', () => {
  const image = scene(2, 30, 30);
  const spoilt = change(image, (value, i) => (i === 0 ? Number.NaN : value));
  expect(ssim(spoilt, image, { bits: 11 })).toBeCloseTo(1, 12);
  expect(scc(spoilt, image)).toBeCloseTo(1, 12);
});
