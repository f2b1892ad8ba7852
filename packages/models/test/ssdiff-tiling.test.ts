import { expect, test } from 'vitest';
import { mergePatches } from '../src/ssdiff/index.js';

const image = { bands: 2, height: 22, width: 17, patch: 8 };

/** A patch of an image whose value tells its place, plus what a patch adds by itself. */
const patchOf =
  (own: (y: number, x: number) => number) =>
  ({ row, col }: { row: number; col: number }) =>
    Float32Array.from({ length: 2 * 64 }, (_, i) => {
      const [k, y, x] = [Math.floor(i / 64), Math.floor(i / 8) % 8, i % 8];
      return 1000 * k + 20 * (row + y) + (col + x) + own(y, x);
    });

test('patches of one image give the image, whatever whole steps leave over', async () => {
  const merged = await mergePatches(
    image,
    patchOf(() => 0),
  );
  const { height, width } = image;
  const expected = Float32Array.from(
    { length: 2 * height * width },
    (_, i) =>
      1000 * Math.floor(i / (height * width)) + 20 * (Math.floor(i / width) % height) + (i % width),
  );
  expect(merged).toBeAllclose(expected, { atol: 1e-3 });
});

test('what a patch gets wrong along its edge stays within a quarter of it from the edge of the image', async () => {
  const edge = (y: number, x: number) => (Math.min(y, x, 7 - y, 7 - x) === 0 ? 500 : 0);
  const merged = await mergePatches(image, patchOf(edge));
  const clean = await mergePatches(
    image,
    patchOf(() => 0),
  );
  const { height, width } = image;
  const wrong = merged.map((value, i) => Math.abs(value - clean[i]));
  const inner = wrong.filter((_, i) => {
    const [y, x] = [Math.floor(i / width) % height, i % width];
    return y > 1 && y < height - 2 && x > 1 && x < width - 2;
  });
  expect(Math.max(...inner)).toBeLessThan(1e-3);
  expect(wrong[0]).toBeCloseTo(500, 3);
});

test('images smaller than a patch are refused', async () => {
  await expect(
    mergePatches(
      { ...image, height: 7 },
      patchOf(() => 0),
    ),
  ).rejects.toThrow('expected an image of at least one patch of 8');
});
