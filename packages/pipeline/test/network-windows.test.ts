import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, writeSafetensors } from '@bandweave/graph';
import type { RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { findNetwork } from '@bandweave/models';
// Worker threads load compiled files, so this tests the build.
import { fuse } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 160;

async function write(name: string, side: number, bands: number) {
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    bits: 11,
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [64, 64],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = Uint16Array.from(
    { length: bands * side * side },
    (_, i) => 400 + ((i * 7919) % 997) + 90 * Math.floor(i / (side * side)),
  );
  const sink = await createGeoTiff(at(name), info);
  const raster = { bands, height: side, width: side, data };
  await sink.write({ row: 0, col: 0, height: side, width: side }, raster);
  await sink.finish();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-windows-'));
  await write('pan.tif', SIDE, 1);
  await write('ms.tif', SIDE / 4, 2);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Weights as training begins with, in a file of ours (toolbox pairs) or as others write them. */
async function weightsOf(
  method: string,
  from: 'train' | 'elsewhere',
  panBands = 1,
): Promise<string> {
  const network = findNetwork(method)!.create({ panBands, msBands: 2, ratio: 4 });
  const params = createParams({ seed: 5 });
  network.build(params, {
    pan: input('pan', [1, panBands, 8, 8]),
    ms: input('ms', [1, 2, 2, 2]),
    lms: input('lms', [1, 2, 8, 8]),
  });
  const path = at(`${method}-${from}.safetensors`);
  const note = JSON.stringify({ network: method, config: network.config });
  await writeSafetensors(
    path,
    params.stateDict(),
    from === 'train' ? { metadata: [['bandweave', note]] } : {},
  );
  return path;
}

async function fused(method: string, weights: string, tile: number): Promise<ArrayLike<number>> {
  const out = at(`${method}-${tile}.tif`);
  const options = { method, weights, tile, bitDepth: 11, threads: 1, overwrite: true };
  await fuse(at('pan.tif'), at('ms.tif'), out, options);
  const source = await openRaster(out);
  const { data } = await source.read({ row: 0, col: 0, height: SIDE, width: SIDE });
  await source.close();
  return data;
}

test.each([
  ['fusionnet', 'train'],
  ['pannet', 'elsewhere'],
] as const)(
  'windows of %s with weights from %s join without a seam: one window gives the same',
  async (method, from) => {
    const weights = await weightsOf(method, from);
    const parts = await fused(method, weights, 96);
    expect(parts).toBeAllclose(await fused(method, weights, SIDE), { atol: 1 });
    // Not because nothing happens there.
    const values = Array.from(parts);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(100);
  },
);

test('weights for a guide of several bands are refused', async () => {
  const weights = await weightsOf('pnn', 'train', 3);
  await expect(fused('pnn', weights, 96)).rejects.toThrow(
    'expected weights for a PAN of one band, got 3',
  );
});
