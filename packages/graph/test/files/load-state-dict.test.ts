import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadStateDict, openStateDict } from '../../src/files/load-state-dict.js';
import { encodeSafetensors } from '../../src/files/safetensors-write.js';
import { storedTensor, toFloat32 } from '../../src/files/stored-tensor.js';
import { pickle, pthZip, text } from './pickle-bytes.js';

// Written by scripts/make-pth-fixtures.py, which says what PyTorch sees in each file.
const folder = new URL('./fixtures/', import.meta.url).pathname;
const lines = readFileSync(`${folder}expected.txt`, 'utf8').trimEnd().split('\n').slice(1);
const expected = lines.map((line) => line.split('\t') as [string, string, string, string, string]);
const files = [...new Set(expected.map(([file]) => file))];

const numbers = (words: string): number[] => (words === '' ? [] : words.split(' ').map(Number));

describe.each(['', '-legacy'])('a file of PyTorch (form %j)', (form) => {
  test.each(files)('%s holds what PyTorch says', async (file) => {
    const { tensors } = await loadStateDict(`${folder}${file}${form}.pth`);
    const mine = expected.filter(([name]) => name === file);
    expect([...tensors.keys()]).toEqual(mine.map(([, name]) => name));
    for (const [, name, dtype, shape, elements] of mine) {
      const got = tensors.get(name)!;
      expect([name, got.dtype, got.shape]).toEqual([name, dtype, numbers(shape)]);
      if (dtype === 'I64') expect([...got.data].join(' ')).toBe(elements);
      else if (/^F64|I|U|BOOL/.test(dtype)) expect([...got.data]).toEqual(values(elements));
      else expect(toFloat32(got)).toEqual(Float32Array.from(values(elements)));
    }
  });

  test('says what was found and what was left aside', async () => {
    const { found, format } = await loadStateDict(`${folder}checkpoint${form}.pth`);
    expect(format).toBe(form === '' ? 'pth-zip' : 'pth-legacy');
    expect(found).toBe(
      `PyTorch ${form === '' ? 'zip' : 'legacy'} file, 9 tensors under "state_dict" with the prefix "module." taken off; left aside: "epoch", "seed", "lr", "note", "done", "best", "size", "device" and 3 more`,
    );
  });

  test('gives the weights under a key that is asked for', async () => {
    const { tensors } = await loadStateDict(`${folder}nested${form}.pth`, { key: 'params' });
    expect(tensors.get('body.weight')!.data).toEqual(Float32Array.of(1, 1));
    await expect(loadStateDict(`${folder}nested${form}.pth`, { key: 'model' })).rejects.toThrow(
      /under the key "model", got "params", "params_ema"/,
    );
  });
});

function values(words: string): number[] {
  const special: Record<string, number> = { inf: Number.POSITIVE_INFINITY, nan: Number.NaN };
  return words === '' ? [] : words.split(' ').map((w) => special[w] ?? Number(w));
}

describe('opening weights', () => {
  test('tensors are fetched one at a time, and only known names', async () => {
    const file = await openStateDict(`${folder}views.pth`);
    try {
      expect(file.tensors.get('permuted')).toEqual({ dtype: 'F32', shape: [4, 2, 3] });
      expect((await file.read('middle')).data).toEqual(Float32Array.of(5, 6, 7, 8));
      await expect(file.read('toString')).rejects.toThrow(/expected a tensor "toString"/);
    } finally {
      await file.close();
    }
  });

  test('bytes in memory do as well as a path', async () => {
    const { tensors } = await loadStateDict(readFileSync(`${folder}views.pth`));
    expect(tensors.get('middle')!.data).toEqual(Float32Array.of(5, 6, 7, 8));
  });

  test('safetensors lose the prefix of a data-parallel network too', async () => {
    const w = storedTensor(Float32Array.of(1), [1]);
    const { found, tensors } = await loadStateDict(
      encodeSafetensors([
        ['module.a', w],
        ['module.b', w],
      ]),
    );
    expect([...tensors.keys()]).toEqual(['a', 'b']);
    expect(found).toBe('safetensors, 2 tensors with the prefix "module." taken off');
  });

  test('unsigned types of newer PyTorch come from untyped storages', async () => {
    const v3 = pickle(
      ...['}', text('w'), 'ctorch._utils\n_rebuild_tensor_v3\n((', text('storage')],
      ...['ctorch.storage\nUntypedStorage\n', text('0'), text('cpu'), 'K', 4, 'tQ'],
      ...['K', 1, 'K', 1, 0x85, 'K', 1, 0x85, 0x89, 'Nctorch\nuint16\nN', 'tRs.'],
    );
    const { tensors } = await loadStateDict(pthZip(v3, { storage: Uint8Array.of(1, 0, 2, 255) }));
    expect(tensors.get('w')).toEqual({ dtype: 'U16', shape: [1], data: Uint16Array.of(0xff02) });
  });

  test.each([
    ['module', /got the Python name "torch\.nn\.modules\.container\.Sequential"; nothing was run/],
    ['set', /got the Python name "__builtin__\.set"/],
  ])('%s.pth, which holds more than weights, is refused by name', async (file, message) => {
    await expect(loadStateDict(`${folder}${file}.pth`)).rejects.toThrow(message);
  });

  test.each([
    ['an HDF5 file', [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['a web page', [...Buffer.from('<!DOCTYPE html>')]],
    ['a pointer of Git LFS instead of the file', [...Buffer.from('version https://git-lfs')]],
    ['another kind of file', [1, 2, 3, 4, 5, 6, 7, 8]],
  ])('%s is no weights file', async (what, bytes) => {
    await expect(loadStateDict(Uint8Array.from(bytes))).rejects.toThrow(`got ${what};`);
  });

  test('every fixture is cut at each byte without anything but a refusal', async () => {
    for (const name of readdirSync(folder).filter((n) => /^(plain|views).*pth$/.test(n))) {
      const bytes = readFileSync(`${folder}${name}`);
      for (let n = 0; n < bytes.length; n += 7) {
        await expect(loadStateDict(bytes.subarray(0, n))).rejects.toMatchObject({ tag: 'input' });
      }
    }
  });
});
