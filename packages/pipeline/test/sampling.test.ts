import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, random, writeSafetensors } from '@bandweave/graph';
import { bandKernels, mtfDecimate, type RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { findNetwork } from '@bandweave/models';
// Worker threads load compiled files, so this tests the build.
import { type FuseOptions, fuse, type Progress } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 96;

async function write(name: string, side: number, bands: number): Promise<void> {
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    bits: 11,
    maskKind: 'none',
    bandNames: Array.from({ length: bands }, (_, k) => `B${k + 1}`),
    colors: new Array(bands).fill('undefined'),
    blockSize: [64, 64],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = Uint16Array.from({ length: bands * side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) % side, i % side];
    return (
      900 + 300 * Math.sin((8 * y) / side + i / (side * side)) + 200 * Math.cos((9 * x) / side)
    );
  });
  const sink = await createGeoTiff(at(name), info);
  await sink.write(
    { row: 0, col: 0, height: side, width: side },
    { bands, height: side, width: side, data },
  );
  await sink.finish();
}

/** Weights away from their zeros, so that the network does something. */
async function weights(name: string, sizes: Record<string, number> = {}): Promise<void> {
  const network = findNetwork(name)!;
  const made = network.create({ panBands: 1, msBands: 2, ratio: 4, sizes });
  const params = createParams({ seed: 5 });
  made.sampling!.evaluate(params, {
    pan: input('pan', [1, 1, 8, 8]),
    ms: input('ms', [1, 2, 2, 2]),
    lms: input('lms', [1, 2, 8, 8]),
    state: input('state', [1, 2, 8, 8]),
    time: input('time', [1]),
  });
  const source = random(3);
  for (const { slot } of params.entries()) {
    if (slot.data.every((v) => v === 0)) slot.data = slot.data.map(() => 0.02 * source.normal());
  }
  const note = JSON.stringify({ network: name, config: made.config });
  await writeSafetensors(at(`${name}.safetensors`), params.stateDict(), {
    metadata: [['bandweave', note]],
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-sampling-'));
  await write('pan.tif', SIDE, 1);
  await write('ms.tif', SIDE / 4, 2);
  await weights('sbm', { channels: 4, blocks: 1, deep: 1, sigma: 0.3 });
  await weights('ssdiff');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let serial = 0;
async function fused(options: FuseOptions) {
  const output = at(`out-${serial++}.tif`);
  const { method = 'sbm' } = options;
  const result = await fuse(at('pan.tif'), at('ms.tif'), output, {
    method,
    weights: at(`${method}.safetensors`),
    bitDepth: 11,
    tile: 64,
    ...options,
  });
  return { output, result };
}

async function read(path: string) {
  const source = await openRaster(path);
  const { info } = source;
  const raster = await source.read({ row: 0, col: 0, height: SIDE, width: SIDE });
  await source.close();
  return { info, ...raster };
}

test.each(['sbm', 'ssdiff'])(
  '%s gives the same bytes for a seed, others for another',
  async (m) => {
    const options = { method: m, steps: 2, ...(m === 'sbm' ? { preset: 'sde-5' } : {}) };
    const one = await fused({ ...options, seed: 7 });
    const again = await fused({ ...options, seed: 7, threads: 1 });
    const other = await fused({ ...options, seed: 8 });
    const bytes = await readFile(one.output);
    expect((await readFile(again.output)).equals(bytes)).toBe(true);
    expect((await readFile(other.output)).equals(bytes)).toBe(false);
    expect(one.result.sampling).toMatchObject({ steps: 2, seed: 7, samples: 1 });
  },
  60_000,
);

test('mean and deviation of several images are written as bands', async () => {
  const uncertainty = at('spread.tif');
  const { output, result } = await fused({ preset: 'sde-5', samples: 6, uncertainty });
  expect(result.uncertainty).toBe(uncertainty);
  const image = await read(output);
  const spread = await read(uncertainty);
  expect(spread.info).toMatchObject({
    bands: 4,
    dataType: 'float32',
    bandNames: ['B1 mean', 'B2 mean', 'B1 standard deviation', 'B2 standard deviation'],
  });
  const size = 2 * SIDE * SIDE;
  const means = Float64Array.from(spread.data.subarray(0, size));
  expect(means.map(Math.round)).toBeAllclose(Float64Array.from(image.data), { atol: 1 });
  const deviations = spread.data.subarray(size);
  expect(deviations.every((v) => v >= 0)).toBe(true);
  // Against the images themselves, one at a time.
  const mean = deviations.reduce((a, b) => a + b, 0) / size;
  expect(mean).toBeGreaterThan(0.5);
  expect(existsSync(`${uncertainty}.partial`)).toBe(false);
});

test('every evaluation is told of, of all windows and samples', async () => {
  const told: Progress[] = [];
  await fused({ preset: 'sde-5', samples: 3, onProgress: (p) => told.push(p) });
  const steps = told.filter(({ stage }) => stage === 'fuse');
  // Windows of 64 that overlap by half over 96 pixels: two each way.
  expect(steps).toHaveLength(4 * 5 * 3);
  expect(steps.map(({ done }) => done)).toEqual(steps.map((_, i) => i + 1));
  expect(steps.every(({ total }) => total === 60)).toBe(true);
});

test('a run is stopped between two evaluations and leaves nothing under the final name', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const output = at('stopped.tif');
  const uncertainty = at('stopped-spread.tif');
  const run = fuse(at('pan.tif'), at('ms.tif'), output, {
    method: 'ssdiff',
    weights: at('ssdiff.safetensors'),
    bitDepth: 11,
    samples: 4,
    uncertainty,
    signal: stop.signal,
    onProgress: ({ stage, done }) => {
      if (stage === 'fuse' && done === 2) stop.abort(reason);
    },
  });
  await expect(run).rejects.toBe(reason);
  const left = await readdir(folder);
  expect(left.filter((name) => name === 'stopped.tif' || name === 'stopped-spread.tif')).toEqual(
    [],
  );
});

test('with full consistency the image blurred and reduced is MS', async () => {
  const ms = await (async () => {
    const source = await openRaster(at('ms.tif'));
    const raster = await source.read({ row: 0, col: 0, height: SIDE / 4, width: SIDE / 4 });
    await source.close();
    return raster;
  })();
  const kernels = bandKernels(2, { gains: 0.3, ratio: 4 });
  const apart = async (consistency: number) => {
    const { output } = await fused({ preset: 'sde-5', consistency, sensor: 'generic' });
    const image = await read(output);
    const reduced = mtfDecimate(image, kernels, { ratio: 4 });
    return reduced.data.reduce((sum, v, i) => sum + Math.abs(v - ms.data[i]), 0) / ms.data.length;
  };
  const [free, bound] = [await apart(0), await apart(1)];
  expect(bound).toBeLessThan(0.4 * free);
});

test.each([
  [{ method: 'gsa', weights: undefined, steps: 3 }, '--steps: expected a method that samples'],
  [{ preset: 'ddim-10' }, "--preset: expected one of ode-1, sde-5, got 'ddim-10'"],
  [{ sampler: 'euler' }, "--sampler: expected one of ode, sde, got 'euler'"],
  [{ samples: 4 }, 'whose images are all the same; try --preset sde-5'],
  [{ preset: 'sde-5', samples: 1, uncertainty: 'u.tif' }, '--uncertainty: expected two samples'],
  [{ consistency: 2 }, '--consistency: expected a number from 0 to 1'],
  [{ steps: 0 }, '--steps: expected a whole number from 1 to 1000'],
  [{ seed: -1 }, '--seed: expected a whole number from 0'],
] as const)('%j is refused', async (options, message) => {
  const { uncertainty } = options as FuseOptions;
  const given = {
    ...options,
    ...(uncertainty === undefined ? {} : { uncertainty: at(uncertainty) }),
  } as FuseOptions;
  await expect(fused(given)).rejects.toThrow(message);
});

test('the file of deviations must be another than the image', async () => {
  const output = at('same.tif');
  const same = fuse(at('pan.tif'), at('ms.tif'), output, {
    method: 'sbm',
    weights: at('sbm.safetensors'),
    preset: 'sde-5',
    uncertainty: output,
  });
  await expect(same).rejects.toThrow('--uncertainty: expected a file other than the output');
});
