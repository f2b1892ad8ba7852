import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, type StateDict, writeSafetensors } from '@bandweave/graph';
import { imresize, type Raster, type RasterInfo } from '@bandweave/image';
import { openRaster, writePicture } from '@bandweave/io';
import { findSuperResolver, openEnlarger } from '@bandweave/models';
import { upscaleFile, writeRaster } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
const at = (name: string) => join(folder, name);

/** Weights of a small network with nothing left at zero. */
async function writeNetwork(
  name: string,
  { scale, colors = 3, sizes }: { scale: number; colors?: number; sizes: Record<string, number> },
): Promise<string> {
  const network = findSuperResolver(name)!;
  const made = network.create({ panBands: 1, msBands: colors, ratio: scale, sizes });
  const params = createParams({ seed: 4 });
  const unused = input('unused', [1, 1, 1, 1]);
  made.build(params, { ms: input('ms', [1, colors, 8, 8]), pan: unused, lms: unused });
  for (const { slot } of params.entries()) {
    if (slot.data.every((value) => value === 0)) {
      slot.data = slot.data.map((_, i) => 0.05 * Math.sin(12.9898 * (i + 1)));
    }
  }
  const path = at(`${name}-x${scale}-${colors}.safetensors`);
  await writeSafetensors(path, params.stateDict() as StateDict);
  return path;
}

/** Hills and edges, [bands, height, width] around half of `range`. */
function land(bands: number, [height, width]: readonly [number, number], range: number) {
  return Float64Array.from({ length: bands * height * width }, (_, i) => {
    const [band, place] = [Math.floor(i / (height * width)), i % (height * width)];
    const [y, x] = [Math.floor(place / width), place % width];
    const step = (x + 2 * y) % 19 < 9 ? 0.15 : -0.1;
    return range * (0.45 + 0.2 * Math.sin((x - y) / 6 + band) + step);
  });
}

const tiff = (info: Partial<RasterInfo> & Pick<RasterInfo, 'bands' | 'height' | 'width'>) =>
  ({
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: new Array(info.bands).fill(''),
    colors: new Array(info.bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    ...info,
  }) as RasterInfo;

async function readAll(path: string): Promise<{ raster: Raster; info: RasterInfo }> {
  const source = await openRaster(path);
  const { height, width } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return { raster, info: source.info };
}

async function writeLand(name: string, info: RasterInfo, range = 4000): Promise<Raster> {
  const { bands, height, width, dataType } = info;
  const values = land(bands, [height, width], range);
  const data = dataType === 'uint8' ? Uint8Array.from(values) : Uint16Array.from(values);
  const raster = { bands, height, width, data };
  await writeRaster(at(name), { raster, info }, {});
  return raster;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-upscale-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['bicubic', 'lanczos'] as const)('%s by windows is that of the whole', async (method) => {
  const info = tiff({ bands: 2, height: 70, width: 51, dataType: 'uint8' });
  const raster = await writeLand('grey.tif', info, 255);
  const output = at(`${method}.tif`);
  const result = await upscaleFile(at('grey.tif'), output, { method, scale: 3, tile: 32 });
  expect(result).toMatchObject({ method, scale: 3, height: 210, width: 153, windows: 6 });
  const whole = await upscaleFile(at('grey.tif'), at('whole.tif'), {
    method,
    scale: 3,
    overwrite: true,
  });
  expect(whole.windows).toBe(1);
  const got = (await readAll(output)).raster;
  expect(got.data).toEqual((await readAll(at('whole.tif'))).raster.data);
  if (method !== 'bicubic') return;
  const wanted = imresize(raster, { scale: 3 }).data;
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs(got.data[i] - Math.min(255, Math.max(0, wanted[i])))).toBeLessThan(0.51);
  }
});

test('a picture of 8 bits gets what the network gives, whole or by windows, and keeps its alpha', async () => {
  const [height, width] = [75, 61];
  const rgb = land(3, [height, width], 255);
  const data = new Uint8Array(4 * height * width);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = rgb[c * height * width + i];
    data[4 * i + 3] = i % width < 30 ? 255 : 40;
  }
  await writePicture(at('in.png'), { width, height, channels: 4, data });
  const weights = await writeNetwork('edsr', { scale: 2, sizes: { features: 6, blocks: 2 } });
  await upscaleFile(at('in.png'), at('out.png'), { weights });
  await upscaleFile(at('in.png'), at('tiled.png'), { weights, tile: 32 });
  const whole = (await readAll(at('out.png'))).raster;
  const tiled = (await readAll(at('tiled.png'))).raster;
  const size = 4 * height * width;
  const picture = Float64Array.from(rgb, (value) => Math.floor(value) / 255);
  const network = await openEnlarger(weights);
  const direct = await network.run({ bands: 3, height, width, data: picture });
  await network.close();
  for (let i = 0; i < 3 * size; i++) {
    const wanted = Math.min(255, Math.max(0, 255 * direct.data[i]));
    expect(Math.abs(whole.data[i] - wanted)).toBeLessThan(0.51);
    // Beyond its reach a window makes no difference, but for rounding at a half.
    expect(Math.abs(whole.data[i] - tiled.data[i])).toBeLessThanOrEqual(1);
  }
  const alpha = whole.data.subarray(3 * size);
  expect(alpha[10]).toBe(255);
  expect(alpha[100]).toBe(40);
});

test('windows of a network that sees whole windows blend without a seam', async () => {
  const info = tiff({ bands: 3, height: 120, width: 112, dataType: 'uint8' });
  await writeLand('rgb.tif', info, 255);
  const weights = await writeNetwork('swinir', {
    scale: 2,
    sizes: { embed: 8, groups: 1, blocks: 2, heads: 2, window: 8 },
  });
  await upscaleFile(at('rgb.tif'), at('s-whole.tif'), { weights });
  await upscaleFile(at('rgb.tif'), at('s-tiled.tif'), { weights, tile: 64 });
  const whole = (await readAll(at('s-whole.tif'))).raster.data;
  const tiled = (await readAll(at('s-tiled.tif'))).raster.data;
  const most = whole.reduce((a: number, v, i) => Math.max(a, Math.abs(v - tiled[i])), 0);
  expect(most).toBeLessThanOrEqual(1);
});

test('a scene of seven bands keeps georeference, type and empty pixels', async () => {
  const info = tiff({
    bands: 7,
    height: 40,
    width: 36,
    bits: 12,
    nodata: 0,
    maskKind: 'nodata',
    transform: [10, 0, 500000, 0, -10, 5400000],
    crs: { epsg: 32632, name: 'WGS 84 / UTM zone 32N' },
    metadata: { SENSOR: 'made' },
  });
  const values = Uint16Array.from(land(7, [40, 36], 3000));
  for (let b = 0; b < 7; b++) for (let x = 0; x < 5; x++) values[b * 1440 + 36 * 20 + x] = 0;
  const raster = { bands: 7, height: 40, width: 36, data: values };
  await writeRaster(at('scene.tif'), { raster, info }, {});
  const weights = await writeNetwork('edsr', { scale: 3, sizes: { features: 6, blocks: 1 } });
  const steps: number[] = [];
  await upscaleFile(at('scene.tif'), at('large.tif'), {
    weights,
    onProgress: ({ done, total }) => steps.push(done / total),
  });
  expect(steps.at(-1)).toBe(1);
  const { raster: got, info: after } = await readAll(at('large.tif'));
  expect(after).toMatchObject({ height: 120, width: 108, nodata: 0, dataType: 'uint16' });
  expect(after.transform).toBeAllclose([10 / 3, 0, 500000, 0, -10 / 3, 5400000], { atol: 1e-9 });
  expect(after.crs?.epsg).toBe(32632);
  expect(after.metadata).toMatchObject({ SENSOR: 'made' });
  expect(got.data[60 * 108]).toBe(0);
  expect(got.data[62 * 108 + 14]).toBe(0);
  expect(got.data[62 * 108 + 15]).toBeGreaterThan(0);
});

test('one band goes through a colour network as grey, and through one of one colour as it is', async () => {
  await writeLand('one.tif', tiff({ bands: 1, height: 30, width: 30, dataType: 'uint8' }), 255);
  const three = await writeNetwork('edsr', { scale: 2, sizes: { features: 6, blocks: 1 } });
  const one = await writeNetwork('edsr', {
    scale: 2,
    colors: 1,
    sizes: { features: 6, blocks: 1 },
  });
  for (const weights of [three, one]) {
    await upscaleFile(at('one.tif'), at('one-large.tif'), { weights, overwrite: true });
    const { raster } = await readAll(at('one-large.tif'));
    expect(raster).toMatchObject({ bands: 1, height: 60, width: 60 });
  }
});

test('a run that is stopped leaves nothing', async () => {
  const controller = new AbortController();
  const stopped = upscaleFile(at('rgb.tif'), at('never.tif'), {
    method: 'bicubic',
    tile: 32,
    signal: controller.signal,
    onProgress: ({ done }) => done > 1 && controller.abort(new Error('stop')),
  });
  await expect(stopped).rejects.toThrow('stop');
  expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
});

test.each([
  [{ method: 'rcan' }, /--weights: expected a file of weights for rcan/],
  [{ method: 'edsr', scale: 7 }, /--scale: expected [\d, ]+ for the weights of edsr that ship/],
  [{ method: 'bicubic', memory: 2 ** 20 }, /--memory: expected at least \d+m/],
] as const)('%j is refused in one line', async (options, message) => {
  await expect(upscaleFile(at('rgb.tif'), at('no.tif'), options)).rejects.toThrow(message);
});

test('weights of another network or scale are refused', async () => {
  const weights = await writeNetwork('edsr', { scale: 2, sizes: { features: 6, blocks: 1 } });
  const run = (options: object) =>
    upscaleFile(at('rgb.tif'), at('no.tif'), { weights, ...options });
  await expect(run({ scale: 3 })).rejects.toThrow(/expected weights for scale 3, got some for 2/);
  await expect(run({ method: 'rcan' })).rejects.toThrow(
    /expected weights of rcan, got those of edsr/,
  );
  await expect(run({ method: 'lanczos' })).rejects.toThrow(/expected a network, got the method/);
});
