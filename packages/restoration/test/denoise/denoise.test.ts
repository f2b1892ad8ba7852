import { expect, test } from 'vitest';
import {
  denoise,
  draftParameters,
  fastParameters,
  publishedParameters,
  tunedParameters,
} from '../../src/index.js';
import { decibels, noisy, shapes } from '../random.js';

const clean = shapes(32);
const parameters = { ...publishedParameters('qwsnm', 30), step: 5, iterations: 4, search: 12 };

test.each(['qwsnm', 'wnnm'] as const)('%s takes most of the noise off', (method) => {
  const picture = noisy(clean, 30);
  const few = { ...publishedParameters(method, 30), step: 5, iterations: 4, search: 12 };
  const { data } = denoise(picture, { sigma: 30, parameters: few });
  const [before, after] = [picture.data, data].map((samples) => decibels(samples, clean.data));
  expect(after - before).toBeGreaterThan(5);
});

test.each([
  ['double', 1e-6],
  ['single', 1e-3],
] as const)('brightness added to a picture is added to the answer: %s', (precision, atol) => {
  const picture = noisy(clean, 10);
  const lighter = { ...picture, data: picture.data.map((value) => value + 16) };
  const few = { ...parameters, iterations: 2, precision };
  const [a, b] = [picture, lighter].map((p) => denoise(p, { sigma: 10, parameters: few }));
  expect(b.data).toBeAllclose(
    a.data.map((value) => value + 16),
    { rtol: 0, atol },
  );
});

test('bands and sizes that do not fit are refused', () => {
  const four = { bands: 4, height: 9, width: 9, data: new Float64Array(4 * 81) };
  expect(() => denoise(four, { sigma: 5 })).toThrow(/expected 3 bands, got 4/);
  const thin = { bands: 3, height: 3, width: 9, data: new Float64Array(81) };
  expect(() => denoise(thin, { sigma: 5 })).toThrow(/at least 4 x 4 pixels, got 3 x 9/);
});

test('draft, fast and tuned take off most of the noise', () => {
  const scene = shapes(40);
  const picture = noisy(scene, 30);
  const before = decibels(picture.data, scene.data);
  const gains = [draftParameters, fastParameters, tunedParameters].map((parametersFor) => {
    const { data } = denoise(picture, { sigma: 30, parameters: parametersFor(30) });
    return decibels(data, scene.data) - before;
  });
  for (const gain of gains) expect(gain).toBeGreaterThan(9);
});
