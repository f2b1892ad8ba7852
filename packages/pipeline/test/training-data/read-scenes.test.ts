import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RasterInfo, waldDegrade } from '@bandweave/image';
import { simulate, writeRaster } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrainingScenes } from '../../src/training-data/read-scenes.js';

let folder: string;
const at = (name: string) => join(folder, name);
const SIDE = 64;

function made(bands: number, side: number) {
  const data = Uint16Array.from(
    { length: bands * side * side },
    (_, i) => 500 + 300 * Math.sin(i / 9) + ((i * 31) % 17),
  );
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    bits: 11,
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  return { raster: { bands, height: side, width: side, data }, info };
}
const pan = made(1, 4 * SIDE);
const ms = made(3, SIDE);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-scenes-'));
  await writeRaster(at('pan.tif'), pan);
  await writeRaster(at('ms.tif'), ms);
  await simulate({ pan: at('pan.tif'), ms: at('ms.tif') }, at('set'), { sensor: 'generic' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a pair gives its MS as the reference and PAN reduced as the toolboxes do', async () => {
  const options = { sensor: 'generic', bitDepth: 11 };
  const [scene] = await readTrainingScenes([at('pan.tif'), at('ms.tif')], options);
  const expected = waldDegrade({ ms: ms.raster, pan: pan.raster }, { ratio: 4, gains: 0.3 });
  expect(scene.reference.data).toEqual(Float32Array.from(ms.raster.data));
  expect(scene.pan.data).toBeAllclose(expected.pan.data, { rtol: 1e-6 });
  expect(scene).toMatchObject({ ratio: 4, gains: [0.3, 0.3, 0.3], scale: 2047 });
});

test('what simulate wrote gives the same scene, to the rounding of its files', async () => {
  const [fresh] = await readTrainingScenes([at('pan.tif'), at('ms.tif')], { sensor: 'generic' });
  const [read] = await readTrainingScenes([at('set')]);
  expect(read.reference.data).toEqual(fresh.reference.data);
  expect(read.pan.data).toBeAllclose(fresh.pan.data, { atol: 0.5 });
  expect([read.ratio, read.gains]).toEqual([fresh.ratio, fresh.gains]);
});

test('MS alone gets a PAN of its bands, and bands can be picked', async () => {
  const [scene] = await readTrainingScenes([at('ms.tif')], { ratio: 2, bands: [3, 1] });
  const size = SIDE * SIDE;
  expect(scene.reference.data.subarray(0, size)).toEqual(
    Float32Array.from(ms.raster.data.subarray(2 * size)),
  );
  expect([scene.ratio, scene.reference.bands, scene.pan.bands]).toEqual([2, 2, 1]);
  await expect(readTrainingScenes([at('ms.tif')], { ratio: 2, bands: [4] })).rejects.toThrow(
    /--bands: expected bands up to 3 of .*ms\.tif, got 4/,
  );
});
