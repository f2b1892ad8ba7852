import { InputError } from '@bandweave/image';
import { expect, test } from 'vitest';
import { BandMomentsAccumulator, bandMoments } from '../src/band-moments.js';
import { cc } from '../src/cc.js';
import { ergas } from '../src/ergas.js';
import { psnr } from '../src/psnr.js';
import { rmse } from '../src/rmse.js';
import { change, cut, scene, tiny } from './scenes.js';

// Band 1: mean 4, errors 1 and -1; band 2: mean 5, errors 3 and 1.
const reference = tiny([2, 1, 2], 3, 5, 4, 6);
const estimate = tiny([2, 1, 2], 4, 4, 7, 7);

test('ERGAS, RMSE and PSNR follow their formulas', () => {
  expect(ergas(estimate, reference, { ratio: 4 })).toBeCloseTo(
    (100 / 4) * Math.sqrt((1 / 16 + 5 / 25) / 2),
    12,
  );
  expect(rmse(estimate, reference)).toBeCloseTo(Math.sqrt(3), 12);
  expect(psnr(estimate, reference, { bits: 8 })).toBeCloseTo(10 * Math.log10(255 ** 2 / 3), 12);
  expect(psnr(estimate, reference, { peak: 10, average: 'bands' })).toBeCloseTo(
    (10 * Math.log10(100) + 10 * Math.log10(100 / 5)) / 2,
    12,
  );
});

test('ERGAS falls as the ratio grows', () => {
  expect(ergas(estimate, reference, { ratio: 2 })).toBeCloseTo(
    2 * ergas(estimate, reference, { ratio: 4 }),
    12,
  );
});

test('equal images have an infinite PSNR and no error', () => {
  expect(psnr(reference, reference, { bits: 8 })).toBe(Number.POSITIVE_INFINITY);
  expect(rmse(reference, reference)).toBe(0);
  expect(ergas(reference, reference, { ratio: 4 })).toBe(0);
});

test('a linear change of a band keeps its correlation at 1, a reversed one gives -1', () => {
  const image = scene(3, 15, 15);
  expect(
    cc(
      change(image, (value) => 3 * value + 100),
      image,
    ),
  ).toBeCloseTo(1, 12);
  expect(
    cc(
      change(image, (value) => -value),
      image,
    ),
  ).toBeCloseTo(-1, 12);
});

test('constant bands are left out of CC, bands of zero mean out of ERGAS', () => {
  const flat = tiny([2, 1, 3], 1, 2, 3, 0, 0, 0);
  const guess = tiny([2, 1, 3], 1, 2, 4, 1, 2, 3);
  expect(cc(guess, flat)).toBeCloseTo(3 / Math.sqrt(2 * (14 / 3)), 12);
  expect(ergas(guess, flat, { ratio: 1 })).toBeCloseTo(100 * Math.sqrt(1 / 3 / 4), 12);
});

test('NaN and masked pixels are left out', () => {
  const spoilt = tiny([2, 1, 3], 3, 5, Number.NaN, 4, 6, 1);
  const guess = tiny([2, 1, 3], 4, 4, 7, 7, 7, 7);
  expect(rmse(guess, spoilt)).toBeCloseTo(Math.sqrt(3), 12);
  expect(rmse(guess, spoilt, { mask: Uint8Array.of(1, 0, 1) })).toBeCloseTo(Math.sqrt(5), 12);
});

test('windows give the moments of the whole', () => {
  const a = scene(2, 20, 30);
  const b = scene(2, 20, 30, 5);
  const parts = new BandMomentsAccumulator();
  for (const window of [
    [0, 0, 20, 11],
    [0, 11, 7, 19],
    [7, 11, 13, 19],
  ] as const) {
    parts.add(cut(a, window), cut(b, window));
  }
  const whole = bandMoments(a, b);
  for (const [band, moments] of parts.moments().entries()) {
    expect(Object.values(moments)).toBeAllclose(Object.values(whole[band]), { rtol: 1e-12 });
  }
});

test('images of different shape are refused in one line', () => {
  expect(() => rmse(reference, tiny([1, 1, 2], 1, 2))).toThrow(InputError);
  expect(() => rmse(reference, reference, { mask: Uint8Array.of(1) })).toThrow(InputError);
  expect(() => ergas(reference, reference, { ratio: 0 })).toThrow(InputError);
});
