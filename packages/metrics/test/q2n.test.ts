import { expect, test } from 'vitest';
import { productSigns } from '../src/hypercomplex.js';
import { Q2nAccumulator, q2n, q2nMap } from '../src/q2n.js';
import { change, cut, scene, tiny } from './scenes.js';

test('complex numbers and quaternions multiply as they should', () => {
  // i² = -1; for quaternions every product of two units is a unit and i j = -j i.
  expect([...productSigns(2)]).toEqual([1, 1, 1, -1]);
  const signs = productSigns(4);
  for (let i = 1; i < 4; i++) {
    expect(signs[i * 4 + i]).toBe(-1);
    for (let j = 1; j < 4; j++) if (i !== j) expect(signs[i * 4 + j]).toBe(-signs[j * 4 + i]);
  }
});

test.each([1, 2, 3, 4, 5, 8])('identical images have Q2n 1 (%i bands)', (bands) => {
  const image = scene(bands, 64, 40);
  expect(q2n(image, image)).toBeCloseTo(1, 12);
});

test('of one band a change of contrast and mean costs what the formula says', () => {
  // Reference -1, 1 (mean 0 plus 100), estimate twice the contrast: in standardised units
  // means 1 and 1, deviations s and 2s, so Q = 2 s 2s / (s² + 4 s²) = 4/5.
  const reference = tiny([1, 2, 2], 99, 101, 101, 99);
  const estimate = tiny([1, 2, 2], 98, 102, 102, 98);
  expect(q2n(estimate, reference, { block: 2 })).toBeCloseTo(4 / 5, 12);
  // A shift by one standard deviation s = sqrt(4/3): means 1 and 2, so 2·1·2 / (1 + 4) = 4/5.
  const s = Math.sqrt(4 / 3);
  const shifted = change(reference, (value) => value + s);
  expect(q2n(shifted, reference, { block: 2 })).toBeCloseTo(4 / 5, 12);
});

test('reflectance is not collapsed unless the cast is asked for', () => {
  const counts = scene(4, 32, 32);
  const noisy = change(counts, (value, i) => value + (i % 7) * 20);
  const reflectance = [noisy, counts].map((image) => change(image, (value) => value / 10000));
  expect(q2n(reflectance[0], reflectance[1])).toBeCloseTo(q2n(noisy, counts), 10);
  const cast = q2n(reflectance[0], reflectance[1], { quantise: 'uint16' });
  expect(cast).not.toBeCloseTo(q2n(noisy, counts), 2);
});

test('with integers as reference the estimate is rounded and clamped', () => {
  const counts = scene(2, 32, 32);
  const reference = { ...counts, data: Uint16Array.from(counts.data) };
  const rounded = change(counts, (value, i) => value + (i % 3));
  const fraction = change(rounded, (value, i) => value + 0.4 * ((i % 2) * 2 - 1));
  expect(q2n(fraction, reference)).toBe(q2n(rounded, reference));
  expect(q2n(fraction, reference, { quantise: 'none' })).not.toBe(q2n(rounded, reference));
});

test('a constant band in both images does no harm, nor does an image of zeros', () => {
  const image = scene(3, 32, 32);
  const flat = change(image, (value, i) => (i < 1024 ? 0 : value));
  expect(q2n(flat, flat)).toBeCloseTo(1, 12);
  const zeros = change(image, () => 0);
  expect(q2n(zeros, zeros)).toBe(1);
});

test('blocks with too little data are NaN in the map and not counted', () => {
  const image = scene(2, 32, 64);
  const spoilt = change(image, (value, i) => (i % 64 < 20 ? Number.NaN : value));
  const { map, value } = q2nMap(spoilt, image);
  expect(map[0]).toBeNaN();
  expect(map[1]).toBeCloseTo(1, 12);
  expect(value).toBeCloseTo(1, 12);
});

test('windows that begin at blocks give the value of the whole', () => {
  const reference = scene(4, 70, 100);
  const estimate = change(reference, (value, i) => value + (i % 11) * 30);
  const parts = [new Q2nAccumulator(), new Q2nAccumulator()];
  for (const [i, window] of (
    [
      [0, 0, 32, 32],
      [0, 32, 32, 68],
      [32, 0, 38, 64],
      [32, 64, 38, 36],
    ] as const
  ).entries()) {
    parts[i % 2].add(cut(estimate, window), cut(reference, window));
  }
  expect(parts[0].merge(parts[1]).value()).toBeCloseTo(q2n(estimate, reference), 12);
});
