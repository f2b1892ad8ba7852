import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, writeSafetensors } from '@bandweave/graph';
import type { RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { findNetwork, type Preparation, prepared } from '@bandweave/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuse } from '../../src/fuse.js';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 80;

/** Smooth textures, another in each band. */
async function write(name: string, side: number, bands: number, scale = 1) {
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'float32',
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [64, 64],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = Float32Array.from({ length: bands * side * side }, (_, i) => {
    const band = Math.floor(i / (side * side));
    const [y, x] = [Math.floor((i % (side * side)) / side) * scale, (i % side) * scale];
    return 400 + 90 * band + 60 * Math.sin(x / (5 + band)) + 40 * Math.cos(y / 7 + x / (9 + band));
  });
  const sink = await createGeoTiff(at(name), info);
  const window = { row: 0, col: 0, height: side, width: side };
  await sink.write(window, { bands, height: side, width: side, data });
  await sink.finish();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-guided-'));
  await write('guide.tif', SIDE, 2);
  await write('cube.tif', SIDE / 4, 5, 4);
  await write('odd.tif', 32, 5, 2.5);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function weightsOf(
  method: string,
  preparation: Preparation,
  { panBands = 2, sizes = {} }: { panBands?: number; sizes?: Record<string, number> } = {},
): Promise<string> {
  const network = findNetwork(method)!.create({ panBands, msBands: 5, ratio: 4, sizes });
  const params = createParams({ seed: 5 });
  prepared(network, preparation).build(params, {
    pan: input('pan', [1, panBands, 16, 16]),
    ms: input('ms', [1, 5, 4, 4]),
    lms: input('lms', [1, 5, 16, 16]),
  });
  const path = at(`${method}-${preparation.base}-${panBands}.safetensors`);
  const note = JSON.stringify({ network: method, config: network.config, preparation });
  await writeSafetensors(path, params.stateDict(), { metadata: [['bandweave', note]] });
  return path;
}

const PLAIN = { normalise: 'scene', base: 'exp', inputs: 'plain' } as const;
const SMALL = { width: 8, blocks: 1, hidden: 16, decoder: 8 };

async function fused(cube: string, options: Parameters<typeof fuse>[3]) {
  const out = at('out.tif');
  const result = await fuse(at('guide.tif'), at(cube), out, { ...options, overwrite: true });
  const source = await openRaster(out);
  const { data } = await source.read({ row: 0, col: 0, height: SIDE, width: SIDE });
  await source.close();
  return { result, data };
}

describe('a network with a guide of several bands', () => {
  test('windows join without a seam', async () => {
    const weights = await weightsOf('pnn', PLAIN);
    const parts = await fused('cube.tif', { method: 'pnn', weights, tile: 48 });
    const whole = await fused('cube.tif', { method: 'pnn', weights, tile: SIDE });
    expect(parts.data).toBeAllclose(whole.data, { atol: 0.5 });
    expect(parts.result.method).toBe('pnn');
  });

  test('begins with the hyper-sharpened cube where it was trained on it', async () => {
    const base = { ...PLAIN, base: 'mtf-glp-fs' };
    const weights = await weightsOf('feinfn', base, { sizes: SMALL });
    const network = await fused('cube.tif', { method: 'feinfn', weights });
    const classical = await fused('cube.tif', { method: 'mtf-glp-fs' });
    // Its last layer begins as zero, so nothing is changed yet.
    expect(network.data).toBeAllclose(classical.data, { atol: 0.01 });
    expect(network.result.guide?.bands.length).toBe(5);
  });

  test('FeINFN serves at a ratio that it was not trained on, and that is not whole', async () => {
    const weights = await weightsOf('feinfn', { ...PLAIN, base: 'mtf-glp-fs' }, { sizes: SMALL });
    const { data, result } = await fused('odd.tif', { method: 'feinfn', weights });
    const classical = await fused('odd.tif', { method: 'mtf-glp-fs' });
    expect(result.ratio).toEqual([2.5, 2.5]);
    expect(data).toBeAllclose(classical.data, { atol: 0.01 });
    const plain = await fused('odd.tif', {
      method: 'feinfn',
      weights: await weightsOf('feinfn', PLAIN, { sizes: SMALL }),
    });
    expect(Array.from(plain.data).every(Number.isFinite)).toBe(true);
  });

  test.each([
    ['feinfn', 3, 'cube.tif', /expected weights for a guide of 2 bands, got 3/],
    ['pnn', 2, 'odd.tif', /expected weights for ratio 2.5, got 4/],
  ])('weights of %s for %d guide bands and %s are refused', async (method, panBands, cube, why) => {
    const weights = await weightsOf(method, PLAIN, { panBands });
    await expect(fused(cube, { method, weights })).rejects.toThrow(why);
  });
});
