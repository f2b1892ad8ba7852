import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { affine, type Raster, type RasterInfo, type Transform } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulate } from '../../src/simulate/simulate.js';
import { writeRaster } from '../../src/simulate/write-raster.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const MS_TRANSFORM: Transform = [4, 0, 1000, 0, -4, 5000];

function infoOf(transform: Transform | undefined, more: Partial<RasterInfo> = {}): RasterInfo {
  return {
    width: 0,
    height: 0,
    bands: 0,
    dataType: 'float64',
    maskKind: 'none',
    bandNames: ['a', 'b'],
    colors: ['undefined', 'undefined'],
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    ...(transform ? { transform } : {}),
    ...more,
  };
}

/** Band 0 holds 1, the next the world x, the next the world y of each pixel's centre. */
function ramps(
  size: { height: number; width: number },
  transform: Transform,
  bands: number,
): Raster {
  const { height, width } = size;
  const data = new Float64Array(bands * height * width);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const world = affine.apply(transform, [col + 0.5, row + 0.5]);
      const values = bands === 1 ? [world[0] + 10 * world[1]] : [1, ...world];
      values.forEach((value, band) => {
        data[(band * height + row) * width + col] = value;
      });
    }
  }
  return { bands, height, width, data };
}

async function put(name: string, raster: Raster, info: RasterInfo): Promise<string> {
  const path = join(folder, name);
  const { bands } = raster;
  const names = {
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
  };
  await writeRaster(path, { raster, info: { ...info, ...names } });
  return path;
}

async function whole(path: string) {
  const source = await openRaster(path);
  const { height, width } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return { raster, info: source.info };
}

test.each([2, 3, 4])(
  'at ratio %i the coarse MS lies where its geotransform says',
  async (ratio) => {
    const size = { height: 96, width: 120 };
    const ms = await put(`ramp-${ratio}.tif`, ramps(size, MS_TRANSFORM, 3), infoOf(MS_TRANSFORM));
    const out = await simulate({ ms }, join(folder, `at-${ratio}`), { ratio });
    const { raster, info } = await whole(out.ms);
    const { height, width, data } = raster;
    expect([height, width]).toEqual([size.height / ratio, size.width / ratio]);
    const cells = height * width;
    const margin = Math.ceil(21 / ratio); // half the kernel, where the border shows
    for (let row = margin; row < height - margin; row++) {
      for (let col = margin; col < width - margin; col++) {
        const at = row * width + col;
        const [x, y] = affine.apply(info.transform!, [col + 0.5, row + 0.5]);
        // The kernel does not add up to one; what it makes of 1 says by how much.
        expect(data[cells + at]! / data[at]!).toBeCloseTo(x, 6);
        expect(data[2 * cells + at]! / data[at]!).toBeCloseTo(y, 6);
      }
    }
  },
);

test('PAN comes to the grid of the reference, half a pixel off the corner or not', async () => {
  const ms = await put(
    'ms.tif',
    ramps({ height: 40, width: 44 }, MS_TRANSFORM, 3),
    infoOf(MS_TRANSFORM),
  );
  const panTransform: Transform = [2, 0, 999, 0, -2, 5001];
  const pan = await put(
    'pan.tif',
    ramps({ height: 84, width: 92 }, panTransform, 1),
    infoOf(panTransform),
  );
  const out = await simulate({ pan, ms }, join(folder, 'pair'), {});
  expect(out).toMatchObject({ ratio: 2, height: 40, width: 44, bands: 3 });
  const { raster, info } = await whole(out.pan);
  const reference = await whole(out.reference);
  expect(info.transform).toEqual(reference.info.transform);
  for (let row = 4; row < 36; row++) {
    for (let col = 4; col < 40; col++) {
      const [x, y] = affine.apply(info.transform!, [col + 0.5, row + 0.5]);
      expect(raster.data[row * 44 + col]).toBeCloseTo(x + 10 * y, 6);
    }
  }
});

test('the reference is MS itself, cut to a multiple of the ratio', async () => {
  const image = ramps({ height: 39, width: 42 }, MS_TRANSFORM, 3);
  const ms = await put('odd.tif', image, infoOf(MS_TRANSFORM));
  const out = await simulate({ ms }, join(folder, 'odd'), { ratio: 4 });
  const { raster } = await whole(out.reference);
  expect([raster.height, raster.width]).toEqual([36, 40]);
  for (const [row, col] of [
    [0, 0],
    [35, 39],
    [17, 3],
  ] as const) {
    expect(raster.data[row * 40 + col + 36 * 40]).toBe(image.data[39 * 42 + row * 42 + col]);
  }
});

test('empty pixels leave no trace in their neighbours and stay empty', async () => {
  const size = { height: 32, width: 32 };
  const data = new Float64Array(32 * 32).fill(500);
  for (let row = 8; row < 12; row++)
    for (let col = 8; col < 12; col++) data[row * 32 + col] = -9999;
  const info = infoOf(MS_TRANSFORM, { nodata: -9999, maskKind: 'nodata' });
  const ms = await put('holes.tif', { bands: 1, ...size, data }, info);
  const out = await simulate({ ms }, join(folder, 'holes'), { ratio: 4 });
  const { raster } = await whole(out.ms);
  expect(raster.data[2 * 8 + 2]).toBe(-9999);
  expect(raster.mask?.filter((value) => value === 0)).toHaveLength(1);
  // 500 times the kernel's sum everywhere else: about 0.9988 of it.
  for (const [i, value] of raster.data.entries()) {
    if (i !== 2 * 8 + 2) expect(Math.abs(value - 500)).toBeLessThan(1.5);
  }
});

test('files that exist are kept unless told otherwise', async () => {
  const ms = await put(
    'again.tif',
    ramps({ height: 32, width: 32 }, MS_TRANSFORM, 3),
    infoOf(MS_TRANSFORM),
  );
  const target = join(folder, 'again');
  await simulate({ ms }, target, {});
  await expect(simulate({ ms }, target, {})).rejects.toThrow(
    /pan\.tif: expected no file .*--overwrite/,
  );
  await expect(simulate({ ms }, target, { overwrite: true })).resolves.toBeDefined();
});

test('an aborted simulation leaves no file', async () => {
  const ms = await put(
    'stop.tif',
    ramps({ height: 32, width: 32 }, MS_TRANSFORM, 3),
    infoOf(MS_TRANSFORM),
  );
  const target = join(folder, 'stopped');
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await expect(
    simulate({ ms }, target, { signal: controller.signal, onProgress }),
  ).rejects.toThrow();
  for (const name of ['pan.tif', 'ms.tif', 'reference.tif']) {
    expect(existsSync(join(target, name))).toBe(false);
  }
});

test('of a cube alone a guide is made as another sensor sees it', async () => {
  const wavelengths = Array.from({ length: 10 }, (_, k) => 450 + 50 * k);
  const size = { height: 16, width: 16 };
  const data = new Float64Array(10 * 256);
  for (let k = 0; k < 10; k++) data.fill(k, k * 256, (k + 1) * 256);
  const names = wavelengths.map(() => '');
  const info = infoOf(MS_TRANSFORM, {
    bandNames: names,
    colors: names.map(() => 'undefined'),
    wavelengths,
  });
  const cube = join(folder, 'cube.tif');
  await writeRaster(cube, { raster: { bands: 10, ...size, data }, info });
  const made = await simulate({ ms: cube }, join(folder, 'guided'), {
    ratio: 4,
    response: 'ikonos,band=1+4',
  });
  const guide = await openRaster(made.pan);
  const { data: seen } = await guide.read({ row: 8, col: 8, height: 1, width: 1 });
  // Blue 445-516 nm holds bands 0 and 1, near infrared 757-853 nm most of 6 to 8.
  expect(guide.info.bands).toBe(2);
  expect(seen[0]).toBeCloseTo((0 * 30 + 1 * 41) / 71, 0);
  expect(seen[1]).toBeGreaterThan(6);
  expect(seen[1]).toBeLessThan(8);
  await guide.close();
  const pair = simulate({ pan: made.pan, ms: cube }, join(folder, 'both'), { response: 'ikonos' });
  await expect(pair).rejects.toThrow(/--response: expected a cube alone/);
});
