import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { convertWeights } from '../../src/files/convert-weights.js';
import { loadStateDict, openStateDict } from '../../src/files/load-state-dict.js';
import { readSafetensors } from '../../src/files/safetensors-read.js';
import { writeShardedSafetensors } from '../../src/files/safetensors-shards.js';
import type { TensorsToWrite } from '../../src/files/safetensors-write.js';

const fixtures = new URL('./fixtures/', import.meta.url).pathname;
let folder = '';
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weights-'));
  folders.push(folder);
});
afterAll(() => {
  for (const f of folders) rmSync(f, { recursive: true });
});

describe('converting to safetensors', () => {
  test.each(['types', 'views', 'checkpoint', 'types-legacy'])(
    '%s keeps every bit',
    async (name) => {
      const output = join(folder, 'w.safetensors');
      const found = await convertWeights(`${fixtures}${name}.pth`, output);
      expect(found).toMatch(/^PyTorch (zip|legacy) file, \d+ tensors/);
      expect(readdirSync(folder)).toEqual(['w.safetensors']);
      const before = (await loadStateDict(`${fixtures}${name}.pth`)).tensors;
      const after = (await readSafetensors(output)).tensors;
      expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
      for (const [key, tensor] of before) expect(after.get(key)).toEqual(tensor);
    },
  );

  test('an input that is refused leaves no output', async () => {
    const output = join(folder, 'w.safetensors');
    await expect(convertWeights(`${fixtures}module.pth`, output)).rejects.toThrow(/Sequential/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

const tensors: TensorsToWrite = [
  ['a', { shape: [3], data: Float32Array.of(1, 2, 3) }],
  ['b', { shape: [2], data: Float32Array.of(4, 5) }],
  ['c', { shape: [1], data: Uint8Array.of(6) }],
];

describe('sharded safetensors', () => {
  test('are written in files of bounded size and read through their index', async () => {
    const names = await writeShardedSafetensors(folder, tensors, { maxShardBytes: 12 });
    expect(names).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ]);
    expect(JSON.parse(readFileSync(join(folder, names[2]!), 'utf8'))).toEqual({
      metadata: { total_size: 21 },
      weight_map: { a: names[0], b: names[1], c: names[1] },
    });
    const back = await loadStateDict(join(folder, names[2]!));
    expect(back.found).toBe('sharded safetensors, 3 tensors');
    expect(back.tensors.get('b')).toEqual({
      dtype: 'F32',
      shape: [2],
      data: Float32Array.of(4, 5),
    });
  });

  test('are one file where they fit', async () => {
    expect(await writeShardedSafetensors(folder, tensors)).toEqual(['model.safetensors']);
  });

  test.each([
    ['no JSON', '{', /expected JSON/],
    ['no weight_map', '{}', /expected a weight_map/],
    ['a path', '{"weight_map":{"a":"../w.safetensors"}}', /plain names .* got "a" in "\.\.\/w/],
    ['a hostile name', '{"weight_map":{"constructor.x":"w.safetensors"}}', /plain names/],
    ['a file that is not there', '{"weight_map":{"a":"w.safetensors"}}', /got nothing there/],
    [
      'a tensor that is not there',
      '{"weight_map":{"z":"model.safetensors"}}',
      /tensor "z" in model\.safetensors/,
    ],
  ])('an index with %s is refused', async (_, json, message) => {
    await writeShardedSafetensors(folder, tensors);
    const path = join(folder, 'x.index.json');
    writeFileSync(path, json);
    await expect(openStateDict(path)).rejects.toThrow(message);
  });
});
