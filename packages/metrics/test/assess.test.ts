import { InputError, imresize, interp23tap } from '@bandweave/image';
import { expect, test } from 'vitest';
import { assessFullResolution, assessReference } from '../src/assess.js';
import { FULL_RESOLUTION_INDICES, indexInfo, REFERENCE_INDICES } from '../src/catalogue.js';
import { dLambda } from '../src/d-lambda.js';
import { dS } from '../src/d-s.js';
import { change, scene, tiny } from './scenes.js';

test('a perfect image has the best value of every index', () => {
  const image = scene(4, 64, 64);
  const indices = assessReference(image, image, { ratio: 4, bits: 11 });
  for (const info of REFERENCE_INDICES) {
    const value = indices[info.key as keyof typeof indices];
    if (info.best === Number.POSITIVE_INFINITY) expect(value).toBe(info.best);
    else expect(value).toBeCloseTo(info.best, 9);
  }
});

test('keys are unique, known and within their ranges', () => {
  const reference = scene(4, 64, 64);
  const estimate = change(reference, (value, i) => value + (i % 13) * 25);
  const pan = scene(1, 64, 64, 3);
  const ms = imresize(reference, { scale: 1 / 4 });
  const all = {
    ...assessReference(estimate, reference, { ratio: 4, bits: 11 }),
    ...assessFullResolution(estimate, { pan, ms, ratio: 4, sensor: 'wv4' }),
  };
  expect(Object.keys(all)).toHaveLength(REFERENCE_INDICES.length + FULL_RESOLUTION_INDICES.length);
  for (const [key, value] of Object.entries(all)) {
    const info = indexInfo(key)!;
    expect(value).toBeGreaterThanOrEqual(info.range[0]);
    expect(value).toBeLessThanOrEqual(info.range[1]);
  }
});

test('the enlarged MS image itself has no spectral distortion', () => {
  const ms = scene(3, 16, 16);
  const expanded = interp23tap(ms, 4);
  const indices = assessFullResolution(expanded, { pan: scene(1, 64, 64), ms, ratio: 4 });
  expect(indices.d_lambda).toBe(0);
  expect(indices.qnr).toBeCloseTo(1 - indices.d_s, 12);
  expect(indices.hqnr).toBeCloseTo((1 - indices.d_lambda_k) * (1 - indices.d_s), 12);
});

test('D_lambda compares the relation of bands: Q of one block by hand', () => {
  // Bands of the fused block are equal (Q = 1); those of MS have Q = 24/65.
  const fused = tiny([2, 2, 2], 1, 3, 1, 3, 1, 3, 1, 3);
  const ms = tiny([2, 2, 2], 1, 3, 1, 3, 1, 5, 1, 5);
  const expected = 1 - (4 * 2 * 2 * 3) / (5 * 13);
  expect(dLambda(fused, ms, { block: 2 })).toBeCloseTo(expected, 12);
  expect(dLambda(fused, ms, { block: 2, p: 2 })).toBeCloseTo(expected, 12);
  expect(dLambda(tiny([1, 2, 2], 1, 2, 3, 4), tiny([1, 2, 2], 1, 2, 3, 4), { block: 2 })).toBe(0);
});

test('D_s compares the relation to PAN: Q of one block by hand', () => {
  const fused = tiny([1, 2, 2], 1, 3, 1, 3);
  const pan = tiny([1, 2, 2], 1, 5, 1, 5);
  const inputs = { pan, ms: fused, panLow: fused };
  expect(dS(fused, inputs, { block: 2 })).toBeCloseTo(1 - 24 / 32.5, 12);
});

test('nodata and NaN poison nothing', () => {
  const reference = scene(4, 64, 64);
  const pan = scene(1, 64, 64, 3);
  const ms = imresize(reference, { scale: 1 / 4 });
  const mask = new Uint8Array(64 * 64).map((_, i) => (i % 64 < 6 ? 0 : 1));
  const spoilt = change(reference, (value, i) => (mask[i % 4096] === 0 ? Number.NaN : value));
  const noise = change(spoilt, (value, i) => value + (i % 9) * 15);
  const all = {
    ...assessReference(noise, spoilt, { ratio: 4, bits: 11 }),
    ...assessFullResolution(noise, { pan, ms, ratio: 4, mask }),
  };
  for (const value of Object.values(all)) expect(Number.isFinite(value)).toBe(true);
});

test('a PAN of another size, unknown sensors and other shapes are refused', () => {
  const fused = scene(4, 64, 64);
  const ms = imresize(fused, { scale: 1 / 4 });
  const pan = scene(1, 64, 64);
  const full = (inputs: object) => assessFullResolution(fused, { pan, ms, ratio: 4, ...inputs });
  expect(() => full({ pan: scene(1, 32, 32) })).toThrow(InputError);
  expect(() => full({ sensor: 'nope' })).toThrow(InputError);
  expect(() => full({ expanded: scene(3, 64, 64) })).toThrow(InputError);
  expect(() => assessReference(fused, pan, { ratio: 4 })).toThrow(InputError);
});
