import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RasterInfo } from '@bandweave/image';
import { insertExif, openRaster, readExif, writePicture } from '@bandweave/io';
import { deblurFile, denoiseFile, writeRaster } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-restore-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Noise that is the same every time, about normal with deviation 1. */
function noise(seed: number): () => number {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => next() + next() + next() + next() + next() + next() - 3 + 0.41 * (next() - 0.5);
}

/** Soft waves of some bands, [bands, height, width], around half of `range`. */
function waves(bands: number, [height, width]: readonly [number, number], range: number) {
  return Float64Array.from({ length: bands * height * width }, (_, i) => {
    const [band, at] = [Math.floor(i / (height * width)), i % (height * width)];
    const [y, x] = [Math.floor(at / width), at % width];
    return range * (0.5 + 0.2 * Math.sin((x + 2 * y) / 7 + band));
  });
}

const INFO: RasterInfo = {
  bands: 4,
  height: 40,
  width: 48,
  dataType: 'uint16',
  bits: 12,
  nodata: 0,
  maskKind: 'nodata',
  bandNames: ['blue', 'green', 'red', 'nir'],
  colors: ['gray', 'undefined', 'undefined', 'undefined'],
  blockSize: [256, 256],
  areaOrPoint: 'area',
  transform: [10, 0, 500000, 0, -10, 5400000],
  crs: { epsg: 32632, name: 'WGS 84 / UTM zone 32N' },
  metadata: { SENSOR: 'made' },
};

const rms = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length);

test('a 16-bit GeoTIFF of four bands loses its noise and nothing else', async () => {
  const clean = waves(4, [40, 48], 4095);
  const random = noise(5);
  const data = Uint16Array.from(clean, (v) => Math.round(v + 160 * random()));
  for (let x = 0; x < 48; x++) for (let band = 0; band < 4; band++) data[band * 1920 + x] = 0;
  const input = join(folder, 'scene.tif');
  const raster = { bands: 4, height: 40, width: 48, data };
  await writeRaster(input, { raster, info: INFO }, {});
  const output = join(folder, 'clean.tif');
  const steps: number[] = [];
  const result = await denoiseFile(input, output, {
    sigma: 10,
    threads: 2,
    onProgress: ({ done, total }) => steps.push(done / total),
  });
  expect(result).toMatchObject({ method: 'qwsnm', sigma: 10, bands: 4, width: 48, height: 40 });
  expect(steps.at(-1)).toBe(1);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  const opened = await openRaster(output);
  const got = await opened.read({ row: 0, col: 0, height: 40, width: 48 });
  const { transform, crs, nodata, dataType, bandNames, metadata } = opened.info;
  await opened.close();
  expect({ transform, nodata, dataType, bandNames, metadata }).toEqual({
    transform: INFO.transform,
    nodata: 0,
    dataType: 'uint16',
    bandNames: INFO.bandNames,
    metadata: INFO.metadata,
  });
  expect(crs?.epsg).toBe(32632);
  for (let band = 0; band < 4; band++) {
    const part = (samples: ArrayLike<number>) =>
      Array.from(samples).slice(band * 1920 + 48, (band + 1) * 1920);
    expect(Array.from(got.data.slice(band * 1920, band * 1920 + 48)).every((v) => v === 0)).toBe(
      true,
    );
    expect(rms(part(got.data), part(clean))).toBeLessThan(0.5 * rms(part(data), part(clean)));
  }
});

test('a PNG keeps its alpha and EXIF; a stopped run leaves no file', async () => {
  const random = noise(9);
  const [height, width] = [24, 30];
  const rgb = waves(3, [height, width], 255);
  const data = new Uint8Array(4 * height * width);
  for (let i = 0; i < height * width; i++) {
    for (let band = 0; band < 3; band++) {
      const value = rgb[band * height * width + i] + 12 * random();
      data[4 * i + band] = Math.min(255, Math.max(0, Math.round(value)));
    }
    data[4 * i + 3] = i % 251;
  }
  // One directory with one entry: orientation 3.
  const exif = Uint8Array.of(
    ...[0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0],
  );
  const input = join(folder, 'alpha.png');
  await writePicture(input, { width, height, channels: 4, data }, { exif });
  const output = join(folder, 'out.png');
  await denoiseFile(input, output, { sigma: 12, threads: 1 });
  expect(await readExif(output)).toEqual(exif);
  const opened = await openRaster(output);
  const got = await opened.read({ row: 0, col: 0, height, width });
  expect(Array.from(got.data.slice(3 * height * width))).toEqual(
    Array.from({ length: height * width }, (_, i) => i % 251),
  );
  const controller = new AbortController();
  const stopped = denoiseFile(input, join(folder, 'never.png'), {
    sigma: 12,
    signal: controller.signal,
    onProgress: ({ done }) => done > 0 && controller.abort(new Error('stop')),
  });
  await expect(stopped).rejects.toThrow('stop');
  expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
});

test('a blurred picture is sharpened, with the norms of every iteration', async () => {
  const data = Uint8Array.from(waves(3, [32, 32], 255));
  const pixels = new Uint8Array(3 * 1024).map((_, i) => data[(i % 3) * 1024 + Math.floor(i / 3)]);
  const input = join(folder, 'soft.png');
  await writePicture(input, { width: 32, height: 32, channels: 3, data: pixels });
  const output = join(folder, 'sharp.png');
  const { norms } = await deblurFile(input, output, { kernel: 'average:3', sigma: 1 });
  expect(existsSync(output)).toBe(true);
  expect(norms?.[0].iteration).toBe(1);
  expect(norms!.at(-1)!.gap).toBeLessThan(norms![0].gap);
});

test.each([
  ['motion:20', /--kernel: expected motion:LENGTH,ANGLE/],
  ['average:9999', /sizes up to 255/],
  ['nothing.png', /which can't be read/],
])('the kernel %s is refused in one line', async (kernel, message) => {
  const run = deblurFile(join(folder, 'soft.png'), join(folder, 'x.png'), { kernel, sigma: 1 });
  await expect(run).rejects.toThrow(message);
});

test('outputs that cannot hold the picture and too little memory are refused', async () => {
  const input = join(folder, 'scene.tif');
  const to = (name: string, options = {}) => denoiseFile(input, join(folder, name), options);
  await expect(to('x.jpg', { sigma: 5 })).rejects.toThrow(/8 bits and no alpha for a JPEG/);
  await expect(to('x.gif', { sigma: 5 })).rejects.toThrow(/ends in .tif, .png or .jpg/);
  await expect(to('x.tif', { sigma: 5, memory: 2 ** 20 })).rejects.toThrow(/--memory: expected at/);
  expect(insertExif(Uint8Array.of(0xff, 0xd8, 0xff), new Uint8Array(70000)).length).toBe(3);
});
