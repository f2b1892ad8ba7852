import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patchesIn } from '../../src/training-data/patches-in.js';
import { readTrainingScenes } from '../../src/training-data/read-scenes.js';

const SIDE = 64;
let folder: string;
const at = (name: string) => join(folder, name);

type Arrays = Readonly<Record<string, readonly number[]>>;

const valueAt = (i: number) => 400 + ((i * 7919) % 1201);

async function write(name: string, arrays: Arrays): Promise<void> {
  await h5wasm.ready;
  const file = new h5wasm.File(at(name), 'w');
  for (const [array, shape] of Object.entries(arrays)) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, (_, i) => valueAt(i));
    file.create_dataset({ name: array, data, shape: [...shape], dtype: '<f' });
  }
  file.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-patches-'));
  await write('train_wv3.h5', {
    gt: [3, 2, SIDE, SIDE],
    ms: [3, 2, SIDE / 4, SIDE / 4],
    lms: [3, 2, SIDE, SIDE],
    pan: [3, 1, SIDE, SIDE],
  });
  await write('odd.h5', { gt: [3, 2, SIDE, SIDE], pan: [2, 1, SIDE, SIDE] });
  await write('other.h5', { data: [2, SIDE, SIDE] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every patch of such a file is a scene, its gt the reference', async () => {
  const scenes = await readTrainingScenes([at('train_wv3.h5')], { sensor: 'worldview-3' });
  expect(scenes.map(({ name, ratio }) => [name, ratio])).toEqual([
    ['train_wv3[0]', 4],
    ['train_wv3[1]', 4],
    ['train_wv3[2]', 4],
  ]);
  const [, { pan, reference }] = scenes;
  expect([reference.bands, reference.height, reference.width]).toEqual([2, SIDE, SIDE]);
  const size = SIDE * SIDE;
  expect(reference.data[0]).toBe(valueAt(2 * size));
  expect(pan.data[5]).toBe(valueAt(size + 5));
});

test('files of another kind are left alone, and arrays that do not fit are refused', async () => {
  expect(await patchesIn(at('other.h5'))).toBeUndefined();
  expect(await patchesIn('scene.tif')).toBeUndefined();
  await expect(patchesIn(at('odd.h5'))).rejects.toThrow(/odd\.h5: expected gt of.*\[2,1,64,64\]/);
});
