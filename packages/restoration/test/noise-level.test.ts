import { expect, test } from 'vitest';
import { averageKernel, cutFrame, estimateNoise, taperEdges } from '../src/index.js';
import { noisy, shapes } from './random.js';

test.each([8, 15, 30])('noise of %d grey levels is found within a tenth', (sigma) => {
  expect(estimateNoise(noisy(shapes(96), sigma))).toBeGreaterThan(0.9 * sigma);
  expect(estimateNoise(noisy(shapes(96), sigma))).toBeLessThan(1.1 * sigma);
});

test('a tapered picture closes on itself, and without its frame is what it was', () => {
  const picture = shapes(40);
  const { picture: framed, top, left } = taperEdges(picture, averageKernel(9));
  expect([framed.height, framed.width, top, left]).toEqual([58, 58, 9, 9]);
  const at = (y: number, x: number) => framed.data[y * 58 + x];
  const jump = (y: number) => Math.abs(at(y, 57) - at(y, 0));
  for (const y of [10, 29, 45]) {
    const before = Math.abs(picture.data[(y - 9) * 40 + 39] - picture.data[(y - 9) * 40]);
    expect(jump(y)).toBeLessThan(Math.max(4, before / 4));
  }
  expect(cutFrame(framed, { top, left, size: picture }).data).toEqual(picture.data);
});
