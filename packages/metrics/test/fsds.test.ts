import type { Raster } from '@bandweave/image';
import { expect, test } from 'vitest';
import { fsds, spectrumSums, standardised } from '../src/fsds.js';

function image(bands: number, height: number, width: number, seed: number): Raster<Float64Array> {
  const data = Float64Array.from(
    { length: bands * height * width },
    (_, i) => Math.sin((i + 1) * seed) + Math.cos(i / 5),
  );
  return { bands, height, width, data };
}

/** One value of the sums by the definition: every frequency, every sample. */
function sumAt(
  plane: Float64Array,
  [height, width]: [number, number],
  rows: number[],
  cols: number,
) {
  let re = 0;
  let im = 0;
  const even = height + (height % 2);
  for (const u of rows) {
    for (let v = 0; v <= cols; v++) {
      for (let i = 0; i < plane.length; i++) {
        const angle =
          -2 * Math.PI * ((u * Math.floor(i / width)) / even + (v * (i % width)) / width);
        re += plane[i] * Math.cos(angle);
        im += plane[i] * Math.sin(angle);
      }
    }
  }
  return [re, im];
}

test('sums run over frequencies from the zero one outwards', () => {
  const plane = image(1, 5, 7, 3.7).data;
  const { rows, cols, first, second } = spectrumSums(plane, { height: 5, width: 7 });
  expect([rows, cols]).toEqual([3, 4]);
  const [a, b] = sumAt(plane, [5, 7], [0, 1], 2);
  expect(first.re[1 * 4 + 2]).toBeCloseTo(a, 9);
  expect(first.im[1 * 4 + 2]).toBeCloseTo(b, 9);
  const [c, d] = sumAt(plane, [5, 7], [5, 4, 3], 3);
  expect(second.re[2 * 4 + 3]).toBeCloseTo(c, 9);
  expect(second.im[2 * 4 + 3]).toBeCloseTo(d, 9);
});

test('brightness and contrast of all bands together do not count', () => {
  const a = image(3, 12, 10, 3.7);
  const b = image(3, 12, 10, 1.3);
  const brighter = { ...a, data: a.data.map((value) => 7 * value + 100) };
  expect(fsds(brighter, b)).toBeCloseTo(fsds(a, b), 9);
  expect(fsds(a, a)).toBe(Number.POSITIVE_INFINITY);
});

test('the deviation is that of n - 1', () => {
  const data = Float64Array.of(1, 2, 3, 6);
  const out = standardised({ bands: 1, height: 2, width: 2, data });
  expect(out).toBeAllclose(
    [-2, -1, 0, 3].map((value) => value / Math.sqrt(14 / 3)),
    {
      rtol: 1e-14,
    },
  );
});

test('blurring more is worse', () => {
  const sharp = image(2, 16, 16, 3.7);
  const blurred = (times: number) => {
    let data = sharp.data;
    for (let t = 0; t < times; t++) {
      data = data.map((value, i) => (value + data[i % 16 === 15 ? i : i + 1]) / 2);
    }
    return { ...sharp, data };
  };
  expect(fsds(blurred(1), sharp)).toBeGreaterThan(fsds(blurred(4), sharp));
});

test('what is masked does not count', () => {
  const a = image(1, 8, 8, 3.7);
  const b = image(1, 8, 8, 1.3);
  const mask = new Uint8Array(64).fill(1);
  mask[20] = 0;
  const spoilt = { ...a, data: a.data.map((value, i) => (i === 20 ? 1e6 : value)) };
  expect(fsds(spoilt, b, { mask })).toBeCloseTo(fsds(a, b, { mask }), 10);
});
