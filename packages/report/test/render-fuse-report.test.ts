import type { Raster } from '@bandweave/image';
import { describe, expect, test } from 'vitest';
import { placeOf } from '../src/placement.js';
import {
  readEnlarged,
  readPlaced,
  readReduced,
  stackRows,
  viewPositions,
} from '../src/read-views.js';
import { renderFuseReport } from '../src/render-fuse-report.js';
import { uncertaintyMaps } from '../src/section/uncertainty-maps.js';
import { blockMeans, everyNth } from '../src/views.js';
import { memorySource } from './memory-source.js';
import { fakeEncoder, ramp } from './sample-data.js';

const same = { rows: { scale: 1, shift: 0 }, cols: { scale: 1, shift: 0 } };

/** value = 10 y + x at pixel centres, in the raster's own pixels. */
const plane = (height: number, width: number): Raster<Float32Array> => ({
  bands: 1,
  height,
  width,
  data: Float32Array.from(
    { length: height * width },
    (_, i) => 10 * (Math.floor(i / width) + 0.5) + (i % width) + 0.5,
  ),
});

describe('placeOf', () => {
  test('follows the georeference, half a Landsat pixel included', () => {
    const pan = { height: 100, width: 100, transform: [15, 0, 7.5, 0, -15, 992.5] as const };
    const ms = { height: 50, width: 50, transform: [30, 0, 0, 0, -30, 1000] as const };
    const { rows, cols } = placeOf(ms, pan);
    expect(cols.scale).toBeCloseTo(0.5, 12);
    expect(cols.shift).toBeCloseTo(0.25, 12);
    expect(rows.shift).toBeCloseTo(0.25, 12);
  });

  test('takes what fuse found without a georeference, and the sizes without that', () => {
    const found = { ratio: [4, 4], offset: [0.5, 0.5] } as const;
    const place = placeOf({ height: 10, width: 10 }, { height: 40, width: 40 }, found);
    expect(place.rows).toEqual({ scale: 0.25, shift: -0.125 });
    expect(placeOf({ height: 77, width: 76 }, { height: 155, width: 153 }).rows.scale).toBe(
      77 / 155,
    );
  });
});

describe('reading views', () => {
  test('strips add up to what the whole raster gives', async () => {
    const raster = ramp(3, 130, 70);
    const request = { height: 130, width: 70, step: 4, bands: [2, 0], place: same };
    const { whole, sample } = await readReduced(memorySource(raster), request);
    const picked = {
      ...raster,
      bands: 2,
      data: Float32Array.from([
        ...raster.data.subarray(2 * 9100),
        ...raster.data.subarray(0, 9100),
      ]),
    };
    expect(whole.data).toBeAllclose(blockMeans(picked, 4).data, { rtol: 1e-6 });
    expect(sample.data).toBeAllclose(everyNth(picked, 4).data);
    const parts = [ramp(2, 3, 5), ramp(2, 4, 5)];
    expect(stackRows(parts).height).toBe(7);
    expect(stackRows(parts).data[7 * 5 + 15]).toBe(parts[1]!.data[20]);
  });

  test('never asks for more than a strip', async () => {
    const raster = { bands: 1, height: 6000, width: 3000, data: new Float32Array(18e6) };
    const source = memorySource(raster);
    await readReduced(source, { height: 6000, width: 3000, step: 5, bands: [0], place: same });
    expect(source.largest).toBeLessThanOrEqual(8e6);
  });

  test('masks what a shifted raster does not reach', async () => {
    const place = { rows: { scale: 1, shift: -1 }, cols: { scale: 1, shift: 0 } };
    const out = await readPlaced(
      memorySource(plane(3, 3)),
      { row: 0, col: 0, height: 3, width: 3 },
      { bands: [0], place },
    );
    expect([...out.mask!]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(out.data[3]).toBe(5.5);
  });

  test('enlarging is exact on a plane, where it is not at the edge', async () => {
    const place = { rows: { scale: 0.25, shift: 0.1 }, cols: { scale: 0.25, shift: -0.2 } };
    const at = viewPositions({ height: 40, width: 40, step: 1 });
    const out = await readEnlarged(memorySource(plane(10, 10)), at, { bands: [0], place });
    for (const [r, c] of [
      [8, 12],
      [20, 31],
      [33, 7],
    ] as const) {
      const y = 0.25 * (r + 0.5) + 0.1;
      const x = 0.25 * (c + 0.5) - 0.2;
      expect(out.data[r * 40 + c]).toBeCloseTo(10 * y + x, 4);
    }
    expect(out.mask![0]).toBe(0);
    expect(out.mask![20 * 40 + 20]).toBe(1);
  });
});

describe('renderFuseReport', () => {
  const data = () => ({
    title: 'A scene',
    facts: [],
    indices: [],
    bandNames: ['Blue', 'Green', 'Red', 'NIR'],
    trueColor: [2, 1, 0] as const,
    pan: memorySource(ramp(1, 240, 320)),
    ms: memorySource(ramp(4, 60, 80, 1.1)),
    fused: { name: 'gsa', source: memorySource(ramp(4, 240, 320)) },
  });

  test('shows PAN, MS and the fused scene with points that it chose', async () => {
    const sizes = new Set<string>();
    const html = await renderFuseReport(data(), {
      maxSide: 100,
      encode: (rgba, size) => {
        sizes.add(`${size.width}x${size.height}`);
        return fakeEncoder(rgba, size);
      },
    });
    expect(html).toContain('>MS, enlarged (EXP)</option>');
    expect(html).toContain('>gsa</option>');
    expect(html).toContain('MS as delivered');
    expect(html).toContain('Point 3');
    expect(html).not.toMatch(/NaN/);
    // 320 / 100 rounds up to 4 pixels a view pixel; the detail is as large as the scene allows
    expect(sizes).toContain('80x60');
    expect(sizes).toContain('240x240');
  });

  test('says so when MS lacks the fused bands', async () => {
    const few = { ...data(), ms: memorySource(ramp(3, 60, 80)) };
    await expect(renderFuseReport(few, { encode: fakeEncoder })).rejects.toThrow(
      /expected MS to have the 4 fused bands, got 3/,
    );
    const html = await renderFuseReport(
      {
        ...few,
        msBands: [2, 1],
        trueColor: [0, 1, 1],
        fused: { name: 'gsa', source: memorySource(ramp(2, 240, 320)) },
      },
      { encode: fakeEncoder },
    );
    expect(html).toContain('gsa');
  });
});

describe('the maps of deviations', () => {
  test('stand in a section of their own, on one scale, with the mean of each band', async () => {
    const size = 16 * 16;
    const spread: Raster<Float32Array> = {
      bands: 4,
      height: 16,
      width: 16,
      // Means of two bands, then deviations 2 and 6; one pixel unknown.
      data: Float32Array.from({ length: 4 * size }, (_, i) => {
        if (i % size === 5) return Number.NaN;
        return i < 2 * size ? 500 : i < 3 * size ? 2 : 6;
      }),
    };
    const names = ['B1 mean', 'B2 mean', 'B1 standard deviation', 'B2 standard deviation'];
    const source = memorySource(spread, { bandNames: names });
    const { maps, high, means } = await uncertaintyMaps(source);
    expect(maps.map(({ label }) => label)).toEqual(['B1', 'B2']);
    expect(high).toBe(6);
    expect(means).toEqual([2, 6]);
    const scene = (bands: number, side: number) =>
      memorySource({
        bands,
        height: side,
        width: side,
        data: Float32Array.from({ length: bands * side * side }, (_, i) => 300 + (i % 97)),
      });
    const html = await renderFuseReport(
      {
        title: 'spread',
        facts: [],
        pan: scene(1, 16),
        ms: scene(2, 4),
        fused: { name: 'sbm', source: scene(2, 16) },
        uncertainty: source,
        indices: [],
        bandNames: ['B1', 'B2'],
        trueColor: [0, 1, 1],
      },
      { encode: fakeEncoder },
    );
    expect(html).toContain('<h2>Uncertainty</h2>');
    expect(html).toContain('B2: 6.00 counts in the mean');
  });
});
