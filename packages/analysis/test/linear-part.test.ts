import type { Raster } from '@bandweave/image';
import { expect, test } from 'vitest';
import {
  correlateValid,
  decompose,
  impulseResponse,
  linearPart,
  padReflected,
  residualShare,
  resizeNearest,
  zeroInterpolate,
} from '../src/index.js';

function noise(bands: number, height: number, width: number): Raster<Float64Array> {
  const data = Float64Array.from({ length: bands * height * width }, (_, i) =>
    Math.sin((i + 1) * 12.9898),
  );
  return { bands, height, width, data };
}

/** Enlarges by 2: every pixel adds 1, 0.5 to the right, 0.25 below; nothing outside. */
function lopsided(image: Raster): Raster<Float64Array> {
  const { bands, height, width } = image;
  const out = new Float64Array(bands * 4 * height * width);
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = image.data[(k * height + y) * width + x];
        const at = (k * 2 * height + 2 * y) * 2 * width + 2 * x;
        out[at] += value;
        out[at + 1] += value / 2;
        out[at + 2 * width] += value / 4;
      }
    }
  }
  return { bands, height: 2 * height, width: 2 * width, data: out };
}

test('a mirror does not repeat the edge', () => {
  const image = { bands: 1, height: 1, width: 3, data: Float64Array.of(1, 2, 3) };
  const padded = padReflected(image, { vertical: 0, horizontal: 2 });
  expect(Array.from(padded.data)).toEqual([3, 2, 1, 2, 3, 2, 1]);
});

test('samples stand at the upper left of their cells', () => {
  const image = { bands: 1, height: 1, width: 2, data: Float64Array.of(5, 7) };
  expect(Array.from(zeroInterpolate(image, 2).data)).toEqual([5, 0, 7, 0, 0, 0, 0, 0]);
});

test('a correlation does not turn its kernel', () => {
  const image = { bands: 1, height: 1, width: 4, data: Float64Array.of(1, 2, 3, 4) };
  const kernel = { bands: 1, height: 1, width: 2, data: Float64Array.of(10, 1) };
  expect(Array.from(correlateValid(image, kernel).data)).toEqual([12, 23, 34]);
});

test('nearest takes the sample before', () => {
  const image = { bands: 1, height: 1, width: 4, data: Float64Array.of(1, 2, 3, 4) };
  expect(Array.from(resizeNearest(image, { height: 1, width: 3 }).data)).toEqual([1, 2, 3]);
});

test('by superposition a linear network leaves nothing, by correlation a lopsided one does', async () => {
  const lr = noise(2, 9, 12);
  const response = await impulseResponse(lopsided, { bands: 2, side: 5, fullRange: 255 });
  const images = { lr, response, sr: lopsided(lr) };
  expect(residualShare(decompose(images, { scale: 2, mode: 'convolution' }))).toBeLessThan(1e-14);
  expect(residualShare(decompose(images, { scale: 2 }), 4)).toBeGreaterThan(0.1);
});

test('what depends on brightness is left as a residual', async () => {
  const square = (image: Raster) => {
    const out = lopsided(image);
    return { ...out, data: out.data.map((value) => value + value * value) };
  };
  const lr = noise(1, 8, 8);
  const response = await impulseResponse(square, { bands: 1 });
  const parts = decompose({ lr, response, sr: square(lr) }, { scale: 2, mode: 'convolution' });
  expect(residualShare(parts)).toBeGreaterThan(0.1);
});

test('an answer to darkness is kept unless it is taken off', async () => {
  const lifted = (image: Raster) => {
    const out = lopsided(image);
    return { ...out, data: out.data.map((value) => value + 3) };
  };
  const kept = await impulseResponse(lifted, { bands: 1 });
  const removed = await impulseResponse(lifted, { bands: 1, zeroResponse: 'removed' });
  expect(kept.data[0]).toBe(3);
  expect(removed.data[0]).toBe(0);
  expect(removed.data[10 * 22 + 10]).toBe(1);
});

test('averaged over positions, a network that is the same everywhere answers the same', async () => {
  const one = await impulseResponse(lopsided, { bands: 1 });
  const averaged = await impulseResponse(lopsided, { bands: 1, positions: 'averaged' });
  expect(averaged.data).toBeAllclose(one.data, { atol: 1e-15 });
});

test('unit gain makes each band sum to the square of the scale', async () => {
  const { data } = await impulseResponse(lopsided, { bands: 1, normalise: 'unit-gain' });
  expect(data.reduce((a, b) => a + b, 0)).toBeCloseTo(4, 12);
});

test('a response of other bands is refused', () => {
  expect(() => linearPart(noise(2, 8, 8), noise(3, 4, 4), { scale: 2 })).toThrow(
    /expected a response of 2 bands/,
  );
});
