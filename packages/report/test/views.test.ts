import type { Raster } from '@bandweave/image';
import { describe, expect, test } from 'vitest';
import { busiestWindow } from '../src/busiest-window.js';
import { choosePoints } from '../src/choose-points.js';
import { histogram } from '../src/histogram.js';
import { pixelErrors, signedErrors } from '../src/pixel-errors.js';
import { blockMeans, crop, everyNth, reduction } from '../src/views.js';

const grid = (height: number, width: number, mask?: Uint8Array): Raster => ({
  bands: 1,
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, i) => i),
  ...(mask ? { mask } : {}),
});

describe('views', () => {
  test('reduction is the least step that fits', () => {
    expect(reduction(1200, 800, 1200)).toBe(1);
    expect(reduction(1201, 800, 1200)).toBe(2);
    expect(reduction(20_000, 100, 1200)).toBe(17);
  });

  test('blockMeans averages valid pixels, with smaller blocks at the far edges', () => {
    expect([...blockMeans(grid(3, 3), 2).data]).toEqual([2, 3.5, 6.5, 8]);
    const mask = Uint8Array.from([0, 1, 1, 1, 1, 1, 1, 1, 0]);
    const masked = blockMeans(grid(3, 3, mask), 2);
    expect(masked.data[0]).toBeCloseTo((1 + 3 + 4) / 3, 6);
    expect([...masked.mask!]).toEqual([1, 1, 1, 0]);
  });

  test('everyNth takes untouched pixels', () => {
    expect([...everyNth(grid(4, 4), 2).data]).toEqual([5, 7, 13, 15]);
  });

  test('crop cuts out a window of every band', () => {
    expect([...crop(grid(3, 4), { row: 1, col: 2, height: 2, width: 2 }).data]).toEqual([
      6, 7, 10, 11,
    ]);
  });

  test('busiestWindow finds the quarter with edges of many greys', () => {
    const data = new Float32Array(100 * 100).fill(50);
    for (let r = 50; r < 100; r++) {
      for (let c = 50; c < 100; c++) data[r * 100 + c] = ((r >> 3) * 37 + (c >> 3) * 53) % 100;
    }
    const window = busiestWindow({ bands: 1, height: 100, width: 100, data }, 40);
    expect(window.row).toBeGreaterThanOrEqual(40);
    expect(window.col).toBeGreaterThanOrEqual(40);
    expect(window.height).toBe(40);
  });
});

describe('figures of pixels', () => {
  test('pixelErrors are root mean squares over bands and over pixels', () => {
    const reference = { bands: 2, height: 1, width: 2, data: Float32Array.from([0, 0, 0, 0]) };
    const estimate = { ...reference, data: Float32Array.from([3, 0, 4, 2]) };
    const { magnitude, bandRmse } = pixelErrors(estimate, reference);
    expect(magnitude).toBeAllclose([Math.sqrt(12.5), Math.sqrt(2)], { rtol: 1e-6 });
    expect(bandRmse).toBeAllclose([Math.sqrt(4.5), Math.sqrt(10)], { rtol: 1e-12 });
    expect([...signedErrors(estimate, reference, 1)]).toEqual([4, 2]);
  });

  test('pixelErrors leave out what is masked', () => {
    const reference = { bands: 1, height: 1, width: 2, data: Float32Array.from([0, 0]) };
    const mask = Uint8Array.from([0, 1]);
    const estimate = { ...reference, data: Float32Array.from([9, 2]), mask };
    const { magnitude, bandRmse } = pixelErrors(estimate, reference);
    expect(magnitude[0]).toBeNaN();
    expect(bandRmse).toEqual([2]);
  });

  test('histogram shares add up to one and keep what lies outside at the ends', () => {
    const values = histogram(Float32Array.from([-9, 0.5, 1.5, 1.6, 99]), {
      low: 0,
      high: 2,
      classes: 2,
    });
    expect([...values]).toEqual([0.4, 0.6]);
  });

  test('choosePoints takes one spot of each of three kinds of ground', () => {
    const [height, width] = [60, 90];
    const spectra = [
      [10, 80, 10],
      [80, 20, 10],
      [5, 10, 90],
    ];
    const data = new Float32Array(3 * height * width);
    for (let b = 0; b < 3; b++) {
      for (let i = 0; i < height * width; i++) {
        data[b * height * width + i] = spectra[Math.floor((i % width) / 30)]![b]!;
      }
    }
    const points = choosePoints({ bands: 3, height, width, data }, 3);
    expect(points.map(({ col }) => Math.floor(col / 30)).sort()).toEqual([0, 1, 2]);
  });
});
