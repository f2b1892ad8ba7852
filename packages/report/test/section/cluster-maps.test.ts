import { expect, test } from 'vitest';
import { clusterPicture } from '../../src/section/cluster-maps.js';
import { memorySource } from '../memory-source.js';

/** Reds rise with the number, greens fall, blues are none; 16 bits as TIFF has them. */
const palette = [
  ...Array.from({ length: 256 }, (_, k) => k * 257),
  ...Array.from({ length: 256 }, (_, k) => (255 - k) * 257),
  ...new Array<number>(256).fill(0),
];

test('a map is shown in the colours of its file, large ones by every so many pixels', async () => {
  const [height, width] = [600, 1200];
  const data = Float32Array.from({ length: height * width }, (_, i) => (i * 7) % 31);
  const source = memorySource({ bands: 1, height, width, data }, { palette });
  const picture = await clusterPicture(source);
  expect([picture.height, picture.width]).toEqual([200, 400]);
  for (const [row, col] of [
    [0, 0],
    [85, 3],
    [86, 399],
    [199, 250],
  ]) {
    const at = 4 * (row * 400 + col);
    const number = ((3 * row * width + 3 * col) * 7) % 31;
    expect([...picture.rgba.slice(at, at + 4)]).toEqual([number, 255 - number, 0, 255]);
  }
  expect(source.largest).toBeLessThan(height * width);
});

test('a map without colours is grey', async () => {
  const data = Float32Array.of(0, 9, 18, 27);
  const { rgba } = await clusterPicture(memorySource({ bands: 1, height: 2, width: 2, data }));
  expect([...rgba.slice(4, 8)]).toEqual([9, 9, 9, 255]);
});
