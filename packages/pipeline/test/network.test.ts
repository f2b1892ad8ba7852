import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, writeSafetensors } from '@bandweave/graph';
import type { RasterInfo, Transform } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { findNetwork, fusionMamba, openFusionNetwork, prepared } from '@bandweave/models';
// Worker threads load compiled files, so this tests the build.
import { fuse } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 32;
const PAN: Transform = [0.5, 0, 400000, 0, -0.5, 5600000];
/** The corner of MS where its samples lie as the toolboxes reduce: half a PAN pixel in. */
const MS: Transform = [2, 0, 400000.25, 0, -2, 5599999.75];

async function write(name: string, side: number, bands: number, transform: Transform) {
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    bits: 11,
    transform,
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
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
  return Float32Array.from(data, (value) => value / 2047);
}

let pan: Float32Array;
let ms: Float32Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-network-'));
  pan = await write('pan.tif', SIDE, 1, PAN);
  ms = await write('ms.tif', SIDE / 4, 3, MS);
  const params = createParams({ seed: 5 });
  const network = fusionMamba({ dim: 8, panBands: 1, msBands: 3, ratio: 4 });
  network.build(params, { pan: input('pan', [1, 1, 8, 8]), ms: input('ms', [1, 3, 2, 2]) });
  const tensors = new Map(
    [...params.stateDict()].map(([name, { shape, data }]) => [name, { shape, data }]),
  );
  await writeSafetensors(at('weights.safetensors'), tensors);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = () => ({ method: 'fusionmamba', weights: at('weights.safetensors'), bitDepth: 11 });

test('a scene of one window comes out as the network gives it', async () => {
  await fuse(at('pan.tif'), at('ms.tif'), at('out.tif'), options());
  const network = await openFusionNetwork('fusionmamba', at('weights.safetensors'));
  const expected = await network.run({ pan, ms, height: SIDE, width: SIDE });
  await network.close();
  const source = await openRaster(at('out.tif'));
  const { data } = await source.read({ row: 0, col: 0, height: SIDE, width: SIDE });
  await source.close();
  const counts = expected.map((value) => Math.floor(Math.min(1, Math.max(0, value)) * 2047 + 0.5));
  expect(data).toBeAllclose(counts, { atol: 1 });
});

test.each([
  ['no weights', { method: 'fusionmamba' }, /--weights: expected a file of weights/],
  ['weights with a classical method', { weights: 'x.safetensors' }, /--weights/],
  [
    'weights for other bands',
    { method: 'fusionmamba', bands: [1], weights: 'weights.safetensors' },
    /expected weights for 1 MS bands, got 3/,
  ],
] as const)('%s is refused', async (_, given, message) => {
  const all = 'weights' in given ? { ...given, weights: at(given.weights) } : given;
  const spectral = 'bands' in given ? `${at('ms.tif')},band=1` : at('ms.tif');
  await expect(fuse(at('pan.tif'), spectral, at('bad.tif'), all)).rejects.toThrow(message);
});

test('a network that adds nothing yet gives its base, whatever the windows', async () => {
  const side = 96;
  await write('wide-pan.tif', side, 1, PAN);
  await write('wide-ms.tif', side / 4, 3, MS);
  const network = findNetwork('rescnn')!;
  const created = network.create({ panBands: 1, msBands: 3, ratio: 4, sizes: { width: 4 } });
  const params = createParams({ seed: 1 });
  const wide = (name: string, bands: number, n: number) => input(name, [1, bands, n, n]);
  created.build(params, { pan: wide('pan', 1, 16), ms: wide('ms', 3, 4), lms: wide('lms', 3, 16) });
  const preparation = { normalise: 'scene', base: 'mtf-glp-fs', inputs: 'plain' };
  const note = JSON.stringify({ network: 'rescnn', config: created.config, preparation });
  await writeSafetensors(at('begun.safetensors'), params.stateDict(), {
    metadata: [['bandweave', note]],
  });
  const read = async (name: string) => {
    const source = await openRaster(at(name));
    const { data } = await source.read({ row: 0, col: 0, height: side, width: side });
    await source.close();
    return data;
  };
  const pair = [at('wide-pan.tif'), at('wide-ms.tif')] as const;
  await fuse(...pair, at('base.tif'), { method: 'mtf-glp-fs', bitDepth: 11 });
  const weights = at('begun.safetensors');
  await fuse(...pair, at('on-base.tif'), { method: 'rescnn', weights, bitDepth: 11, tile: 64 });
  expect(await read('on-base.tif')).toBeAllclose(await read('base.tif'), { atol: 1 });
});

test('weights for any pair start from the mean of their bases, whatever bands, ratio and windows', async () => {
  const side = 96;
  await write('half-ms.tif', side / 2, 2, [1, 0, 400000, 0, -1, 5600000]);
  await write('third-pan.tif', side, 1, PAN);
  const created = findNetwork('bandwise')!.create({
    panBands: 1,
    msBands: 1,
    ratio: 4,
    sizes: { width: 4, blocks: 1 },
  });
  const preparation = {
    normalise: 'scene',
    base: 'mtf-glp-fs+exp+atwt',
    inputs: 'plain',
  } as const;
  const params = createParams({ seed: 1 });
  prepared(created, preparation).build(params, {
    pan: input('pan', [1, 1, 16, 16]),
    ms: input('ms', [1, 1, 4, 4]),
    lms: input('lms', [1, 3, 16, 16]),
  });
  const note = JSON.stringify({ network: 'bandwise', config: created.config, preparation });
  await writeSafetensors(at('any.safetensors'), params.stateDict(), {
    metadata: [['bandweave', note]],
  });
  const read = async (name: string) => {
    const source = await openRaster(at(name));
    const { data } = await source.read({ row: 0, col: 0, height: side, width: side });
    await source.close();
    return Float32Array.from(data);
  };
  const pair = [at('third-pan.tif'), at('half-ms.tif')] as const;
  for (const method of ['mtf-glp-fs', 'atwt']) {
    await fuse(...pair, at(`${method}.tif`), { method, bitDepth: 11 });
  }
  const weights = at('any.safetensors');
  await fuse(...pair, at('any.tif'), { method: 'bandwise', weights, bitDepth: 11, tile: 64 });
  const [one, other] = [await read('mtf-glp-fs.tif'), await read('atwt.tif')];
  const mean = one.map((value, i) => (value + (other[i] ?? 0)) / 2);
  // Both are rounded, and where both are cut off at 0 their mean is not that of what they were.
  const far = (await read('any.tif')).filter((value, i) => Math.abs(value - (mean[i] ?? 0)) > 1.5);
  expect(far.length / mean.length).toBeLessThan(0.02);
});

test('a ratio that weights from elsewhere do not tell may be stated', async () => {
  const created = findNetwork('pnn')!.create({ panBands: 1, msBands: 2, ratio: 2 });
  const params = createParams({ seed: 1 });
  created.build(params, {
    pan: input('pan', [1, 1, 16, 16]),
    ms: input('ms', [1, 2, 8, 8]),
    lms: input('lms', [1, 2, 16, 16]),
  });
  await writeSafetensors(at('foreign.safetensors'), params.stateDict());
  await write('two-pan.tif', 32, 1, PAN);
  await write('two-ms.tif', 16, 2, [1, 0, 400000, 0, -1, 5600000]);
  const pair = [at('two-pan.tif'), at('two-ms.tif')] as const;
  const given = { method: 'pnn', weights: at('foreign.safetensors'), bitDepth: 11 };
  await expect(fuse(...pair, at('two.tif'), given)).rejects.toThrow(/weights for ratio 2, got 4/);
  const { output } = await fuse(...pair, at('two.tif'), { ...given, weightsRatio: 2 });
  expect(output).toBe(at('two.tif'));
});

test('weights that ship serve a pair of any bands, and their use is told in a line', async () => {
  await write('five-pan.tif', 64, 1, PAN);
  await write('five-ms.tif', 32, 5, [1, 0, 400000, 0, -1, 5600000]);
  const told: string[] = [];
  await fuse(at('five-pan.tif'), at('five-ms.tif'), at('five.tif'), {
    method: 'bandwise',
    bitDepth: 11,
    onMessage: (line) => told.push(line),
  });
  expect(
    told.filter((line) => /bandwise-any.*for research use, see the card/.test(line)),
  ).toHaveLength(1);
  const source = await openRaster(at('five.tif'));
  expect([source.info.bands, source.info.height]).toEqual([5, 64]);
  await source.close();
});
