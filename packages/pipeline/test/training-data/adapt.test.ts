import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@bandweave/graph';
import type { RasterInfo } from '@bandweave/image';
import { writeRaster } from '@bandweave/pipeline';
// Batches come from a thread that loads compiled files, so this tests the build.
import { adaptNetwork } from '@bandweave/pipeline/training';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 64;

/** Stripes and discs whose bands differ; a band is the mean of what PAN sees under a pixel. */
function made(bands: number, side: number) {
  const step = (4 * SIDE) / side;
  const data = new Uint16Array(bands * side * side);
  for (let b = 0; b < bands; b++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let sum = 0;
        for (let v = 0; v < step; v++) {
          for (let u = 0; u < step; u++) {
            const [py, px] = [y * step + v, x * step + u];
            const disc = (px % 23) ** 2 + (py % 19) ** 2 < 90 ? 200 - 60 * b : 0;
            sum += 500 + 30 * b + disc + 120 * Math.sin((px + 2 * py) / (9 + 2 * b));
          }
        }
        data[(b * side + y) * side + x] = sum / step ** 2;
      }
    }
  }
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  return { raster: { bands, height: side, width: side, data }, info };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-adapt-'));
  await writeRaster(at('pan.tif'), made(1, 4 * SIDE));
  await writeRaster(at('ms.tif'), made(3, SIDE));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pair = () => ({ pan: at('pan.tif'), ms: at('ms.tif') });
const changes = {
  sizes: { width: 4, blocks: 1 },
  steps: 12,
  batch: 2,
  patch: 16,
  validateEvery: 4,
  threads: 1,
};

test('adapted weights are never worse on what is held back than those it began with', async () => {
  const output = at('mine.safetensors');
  const result = await adaptNetwork('rescnn', pair(), output, { minutes: 5, changes });
  const { before, after } = result;
  expect(result.steps).toBe(12);
  const left = (i: typeof before) =>
    (1 - i.q2n) / (1 - before.q2n) + i.sam / before.sam + i.ergas / before.ergas;
  expect(left(after)).toBeLessThanOrEqual(left(before));
  const { metadata } = await readSafetensors(output);
  expect(JSON.parse(metadata.get('bandweave')!)).toMatchObject({
    network: 'rescnn',
    adapted: true,
  });
  expect(existsSync(`${output}.adapting`)).toBe(false);
});

test('steps that make it worse are not kept', async () => {
  const output = at('spoilt.safetensors');
  const wild = { ...changes, lr: 10, steps: 6, validateEvery: 3, clip: 0, ema: 0 };
  const options = { minutes: 5, changes: wild, weights: at('mine.safetensors'), consistency: 0 };
  const { keptStep, before, after } = await adaptNetwork('rescnn', pair(), output, options);
  expect(keptStep).toBe(0);
  expect(after).toEqual(before);
  const { tensors } = await readSafetensors(output);
  const { tensors: begun } = await readSafetensors(at('mine.safetensors'));
  expect(tensors.get('tail.weight')!.data).toEqual(begun.get('tail.weight')!.data);
});

test('what is no network, and weights that exist, are refused in one line', async () => {
  await expect(adaptNetwork('gsa', pair(), at('x.safetensors'))).rejects.toThrow(
    /^adapt: expected a network, got 'gsa'/,
  );
  await expect(adaptNetwork('rescnn', pair(), at('mine.safetensors'))).rejects.toThrow(
    /mine\.safetensors: expected no file of that name, got one; add --overwrite/,
  );
});
