import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPairs } from '../../src/training-data/find-pairs.js';

let root: string;
const at = (name: string) => join(root, name);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bandweave-pairs-'));
  const files = [
    'set/a/pan.tif',
    'set/a/ms.tif',
    'set/b/pan.tif',
    'set/b/ms.tif',
    'set/b/reference.tif',
    'set/many/1_pan.tif',
    'set/many/1_ms.tif',
    'set/many/1_qa.tif',
    'set/many/2_ms.tif',
    'set/bare/ms.tif',
    'empty/readme.txt',
  ];
  for (const file of files) {
    await mkdir(dirname(at(file)), { recursive: true });
    await writeFile(at(file), '');
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

test('a folder gives its pairs, reduced sets and MS alone, in order of their names', async () => {
  const found = await findPairs([at('set')]);
  expect(found.map(({ name, kind, pan }) => [name, kind, pan !== undefined])).toEqual([
    ['a', 'original', true],
    ['b', 'reduced', true],
    ['bare', 'original', false],
    ['many/1', 'original', true],
  ]);
  expect(found[1].ms).toBe(at('set/b/reference.tif'));
});

test('files come by twos, PAN first; one that is left over is MS', async () => {
  const found = await findPairs(['set/a/pan.tif', 'set/a/ms.tif', 'set/bare/ms.tif'].map(at));
  expect(found.map(({ pan, ms }) => [pan, ms])).toEqual([
    [at('set/a/pan.tif'), at('set/a/ms.tif')],
    [undefined, at('set/bare/ms.tif')],
  ]);
});

test('nothing there and nothing found are told in one line', async () => {
  await expect(findPairs([at('gone')])).rejects.toThrow(/gone: expected a folder or a raster/);
  await expect(findPairs([at('empty')])).rejects.toThrow(/empty: expected pan\.tif with ms\.tif/);
});
