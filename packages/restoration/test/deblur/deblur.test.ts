import { expect, test } from 'vitest';
import { blur, deblur, motionKernel, publishedDeblur } from '../../src/index.js';
import { decibels, noisy, shapes } from '../random.js';

const clean = shapes(32);
const kernel = motionKernel(9, 30);
const degraded = noisy({ ...clean, ...blur(clean, kernel) }, 2);

test('a blurred picture comes nearer to the sharp one', () => {
  const parameters = { ...publishedDeblur('qwsnm', 2), step: 4, search: 10, count: 40 };
  const out = deblur(degraded, { kernel, sigma: 2, parameters });
  const [before, after] = [degraded, out].map(({ data }) => decibels(data, clean.data));
  expect(after - before).toBeGreaterThan(1.5);
});
