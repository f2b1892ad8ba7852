import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster, RasterInfo, Window } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import { q, qMap, SamAccumulator } from '@bandweave/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeQualityMaps } from '../../src/assess/quality-maps.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-maps-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const height = 560;
const width = 540;
const HOLE = 300 * width + 200;

function scene(noise: number): Raster<Float64Array> {
  const data = new Float64Array(2 * height * width);
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    data[i] = 500 + 200 * Math.sin(x / 9) * Math.cos(i / width / 7) + noise * ((i * 7919) % 41);
  }
  data[HOLE] = Number.NaN;
  return { bands: 2, height, width, data };
}

const cut = (raster: Raster<Float64Array>, { row, col, height: h, width: w }: Window) => {
  const data = new Float64Array(raster.bands * h * w);
  for (let i = 0; i < data.length; i++) {
    const band = Math.floor(i / w / h);
    data[i] = raster.data[(band * height + row + (Math.floor(i / w) % h)) * width + col + (i % w)]!;
  }
  return { bands: raster.bands, height: h, width: w, data };
};

test('maps are those of the whole image, with its georeference and NaN at holes', async () => {
  const reference = scene(0);
  const estimate = scene(2);
  const info: RasterInfo = {
    width,
    height,
    bands: 2,
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: ['', ''],
    colors: ['undefined', 'undefined'],
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    transform: [2, 0, 400_000, 0, -2, 5_600_000],
    crs: { epsg: 32633, name: 'EPSG:32633' },
  };
  const read = async (window: Window) => ({
    estimate: cut(estimate, window),
    reference: cut(reference, window),
  });
  const paths = await writeQualityMaps({ info, read }, join(folder, 'maps'), {});
  const [sam, error, quality] = await Promise.all(
    paths.map(async (path) => {
      const source = await openRaster(path);
      expect(source.info).toMatchObject({ transform: info.transform, crs: { epsg: 32633 } });
      const raster = await source.read({ row: 0, col: 0, height, width });
      await source.close();
      return raster.data;
    }),
  );
  const angles = new Float64Array(height * width);
  new SamAccumulator().add(estimate, reference, { map: angles });
  const whole = qMap(estimate, reference);
  for (const at of [0, 511, 512, 513, 512 * width + 512, height * width - 1]) {
    expect(sam![at]).toBeCloseTo(angles[at]!, 4);
  }
  const expected = Math.hypot(
    estimate.data[77]! - reference.data[77]!,
    estimate.data[height * width + 77]! - reference.data[height * width + 77]!,
  );
  expect(error![77]).toBeCloseTo(expected / Math.SQRT2, 4);
  // A window astride the seam between parts of 512.
  const [row, col] = [505, 500];
  expect(quality![row * width + col]).toBeCloseTo(
    whole.map[(row - 16) * whole.width + col - 16]!,
    5,
  );
  for (const map of [sam!, error!, quality!]) expect(map[HOLE]).toBeNaN();
  expect(quality![0]).toBeNaN();
  expect(q(estimate, reference)).toBeLessThan(1);
});

test('an image smaller than a window of Q is refused', async () => {
  const info = { height: 20, width: 90, bands: 1 } as RasterInfo;
  const read = () => Promise.reject(new Error('not to be read'));
  await expect(writeQualityMaps({ info, read }, folder, {})).rejects.toThrow(/at least 32 pixels/);
});
