import { InputError } from '@bandweave/image';
import { expect, test } from 'vitest';
import { indexInfo } from '../src/catalogue.js';
import { dSRegression } from '../src/d-s-regression.js';
import { rase } from '../src/rase.js';
import { change, scene, tiny } from './scenes.js';

test('RASE follows its formula', () => {
  // Mean squared errors 1 and 5, means 4 and 5.
  const reference = tiny([2, 1, 2], 3, 5, 4, 6);
  const estimate = tiny([2, 1, 2], 4, 4, 7, 7);
  expect(rase(estimate, reference)).toBeCloseTo((100 / 4.5) * Math.sqrt(3), 12);
  expect(rase(reference, reference)).toBe(0);
});

test('a PAN that is a combination of the bands has no D_s by regression', () => {
  const fused = scene(3, 20, 20);
  const pan = tiny([1, 20, 20]);
  const data = new Float64Array(400).map(
    (_, i) => 5 + 0.2 * fused.data[i] - 0.3 * fused.data[400 + i] + fused.data[800 + i],
  );
  expect(dSRegression(fused, { ...pan, data })).toBeCloseTo(0, 10);
});

test('of one band it is one less the squared correlation, invalid pixels left out', () => {
  const fused = tiny([1, 1, 5], 1, 2, 3, 4, 9);
  const pan = tiny([1, 1, 5], 1, 3, 2, 4, Number.NaN);
  expect(dSRegression(fused, pan)).toBeCloseTo(1 - 0.8 ** 2, 12);
  expect(
    dSRegression(
      fused,
      change(pan, () => 7),
    ),
  ).toBe(0);
  expect(() => dSRegression(fused, tiny([1, 1, 2], 1, 2))).toThrow(InputError);
});

test('every index can be looked up by its key', () => {
  for (const key of ['q2n', 'd_rho', 'r_sam', 'rase', 'd_s_r']) {
    expect(indexInfo(key)?.key).toBe(key);
  }
  expect(indexInfo('niqe')).toBeUndefined();
});
