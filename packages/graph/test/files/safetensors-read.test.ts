import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GraphError } from '../../src/errors.js';
import {
  openSafetensors,
  parseSafetensors,
  readSafetensors,
} from '../../src/files/safetensors-read.js';
import { toFloat32 } from '../../src/files/stored-tensor.js';
import { safetensorsBytes } from './safetensors-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Bytes of the elements written out by hand (little endian).
const good = safetensorsBytes(
  {
    __metadata__: { format: 'pt', note: 'Grüße' },
    half: { dtype: 'F16', shape: [2, 2], data_offsets: [8, 16] },
    brain: { dtype: 'BF16', shape: [1], data_offsets: [16, 18] },
    'w.bias': { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    odd: { dtype: 'I64', shape: [], data_offsets: [18, 26] },
    none: { dtype: 'F64', shape: [0, 3], data_offsets: [26, 26] },
    mask: { dtype: 'BOOL', shape: [3], data_offsets: [26, 29] },
  },
  [
    [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1], // 1, -10
    [0x00, 0x3c, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc], // 1, 65504, 2^-24, -inf
    [0x49, 0x40], // 3.140625
    [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // -2
    [1, 0, 1],
  ].flat(),
);

describe('reading safetensors', () => {
  test.each([
    ['bytes', async () => parseSafetensors(good)],
    [
      'a path',
      async () => {
        writeFileSync(join(folder, 'good.safetensors'), good);
        return readSafetensors(join(folder, 'good.safetensors'));
      },
    ],
  ])('gives every tensor of %s in the order of its data', async (_, read) => {
    const { metadata, tensors } = await read();
    expect([...metadata]).toEqual([
      ['format', 'pt'],
      ['note', 'Grüße'],
    ]);
    expect([...tensors.keys()]).toEqual(['w.bias', 'half', 'brain', 'odd', 'none', 'mask']);
    expect(tensors.get('w.bias')).toEqual({
      dtype: 'F32',
      shape: [2],
      data: Float32Array.of(1, -10),
    });
    expect(toFloat32(tensors.get('half')!)).toEqual(
      Float32Array.of(1, 65504, 2 ** -24, Number.NEGATIVE_INFINITY),
    );
    expect(toFloat32(tensors.get('brain')!)).toEqual(Float32Array.of(3.140625));
    expect(tensors.get('odd')!.data).toEqual(BigInt64Array.of(-2n));
    expect(tensors.get('none')!.data).toEqual(new Float64Array(0));
    expect(tensors.get('mask')!.data).toEqual(Uint8Array.of(1, 0, 1));
  });

  test('fetches one tensor at a time when opened', async () => {
    const path = join(folder, 'lazy.safetensors');
    writeFileSync(path, good);
    const file = await openSafetensors(path);
    try {
      expect(file.tensors.get('half')).toEqual({ dtype: 'F16', shape: [2, 2] });
      expect((await file.read('odd')).data).toEqual(BigInt64Array.of(-2n));
      await expect(file.read('w.weight')).rejects.toThrow(/expected a tensor "w.weight"/);
    } finally {
      await file.close();
    }
  });

  test('a file without tensors is a file', () => {
    expect(parseSafetensors(safetensorsBytes('{}      ')).tensors.size).toBe(0);
  });
});

const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});
const eight = new Uint8Array(8);

describe('refused in one line', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /at least 8 bytes, got 0/],
    ['seven bytes', new Uint8Array(7), /at least 8 bytes, got 7/],
    ['a header longer than the file', safetensorsBytes('{}', [], 3n), /expected 3 header bytes/],
    ['a header above the cap', safetensorsBytes('{}', [], 100_000_001n), /at most 100000000/],
    ['a header of 2^64 - 1 bytes', safetensorsBytes('{}', [], 2n ** 64n - 1n), /at most 100000000/],
    ['bytes that are no UTF-8', safetensorsBytes('{"é":', []).fill(0xe9, 10, 12), /UTF-8/],
    ['a file cut short', good.subarray(0, good.length - 1), /within 28/],
    ['data nobody names', safetensorsBytes({ a: f32([1], 0, 4) }, eight), /by its header, got 8/],
    [
      'overlapping tensors',
      safetensorsBytes({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, eight),
      /"b" to begin at data byte 8/,
    ],
    [
      'a hole between tensors',
      safetensorsBytes({ a: f32([1], 4, 8) }, eight),
      /"a" to begin at data byte 0/,
    ],
    ['an end beyond the data', safetensorsBytes({ a: f32([4], 0, 16) }, eight), /end within 8/],
    ['an end before its beginning', safetensorsBytes({ a: f32([1], 8, 4) }, eight), /got offsets/],
    [
      'a shape that overflows 2^64',
      safetensorsBytes({ a: f32([2 ** 33, 2 ** 33], 0, 8) }, eight),
      /fewer than 2\^53 bytes/,
    ],
    [
      'a shape that overflows before its zero',
      safetensorsBytes({ a: f32([2 ** 33, 2 ** 33, 0], 0, 0) }),
      /fewer than 2\^53 bytes/,
    ],
    [
      'a shape that is not its bytes',
      safetensorsBytes({ a: f32([3], 0, 8) }, eight),
      /expected 12 bytes/,
    ],
    [
      'a dimension beyond 2^53',
      safetensorsBytes('{"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}}'),
      /whole number below/,
    ],
    [
      'a negative dimension',
      safetensorsBytes({ a: f32([-2], 0, 8) }, eight),
      /whole number below 2\^53 .* got "-2/,
    ],
    ['a fraction', safetensorsBytes({ a: f32([0.5], 0, 2) }, eight), /expected "]"/],
    [
      'a rank beyond 32',
      safetensorsBytes({ a: f32(new Array(33).fill(1), 0, 4) }, eight),
      /at most 32 numbers/,
    ],
    [
      'an unknown type',
      safetensorsBytes({ a: { dtype: 'F8_E5M2', shape: [8], data_offsets: [0, 8] } }, eight),
      /got "F8_E5M2"/,
    ],
    [
      'a name twice',
      safetensorsBytes(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}',
        [1],
      ),
      /got "a" twice/,
    ],
    ['__proto__', safetensorsBytes('{"__proto__":{"dtype":"F32"}}'), /got "__proto__"/],
    [
      '__proto__ inside a name',
      safetensorsBytes({ 'a.__proto__.b': f32([2], 0, 8) }, eight),
      /plain names/,
    ],
    [
      'a name that breaks the line',
      safetensorsBytes({ 'a\n\u001b[2J': f32([2], 0, 8) }, eight),
      /got "a\\n\\u001b\[2J"/,
    ],
    ['metadata that is no text', safetensorsBytes({ __metadata__: { a: 1 } }), /expected "\\""/],
    ['an unknown member', safetensorsBytes({ a: { kind: 'F32' } }), /dtype, shape or data_offsets/],
    ['an entry without offsets', safetensorsBytes({ a: { dtype: 'F32' } }), /got fewer/],
    [
      'a million names',
      safetensorsBytes(
        `{${Array.from({ length: 1e6 }, (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`).join()}}`,
      ),
      /at most 262144 names/,
    ],
    ['a list', safetensorsBytes('[]'), /expected "\{"/],
    ['deep nesting', safetensorsBytes('{"a":'.repeat(100_000)), /dtype, shape or data_offsets/],
    ['text after the header', safetensorsBytes('{} {}'), /nothing more/],
    ['a string without an end', safetensorsBytes('{"a'), /end of a string/],
    ['a broken escape', safetensorsBytes('{"\\x":{}}'), /expected a string/],
  ];

  test.each(cases)('%s', (_, bytes, message) => {
    let error: unknown;
    try {
      parseSafetensors(bytes, { file: 'w.safetensors' });
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(GraphError);
    expect((error as GraphError).tag).toBe('input');
    const text = (error as GraphError).message;
    expect(text).toMatch(message);
    expect(text).toMatch(/^w\.safetensors: expected .*, got .*\.$/);
    expect(text.length).toBeLessThan(400);
  });

  test.each([
    ['a path where nothing is', () => join(folder, 'missing.safetensors'), /got nothing there/],
    ['a folder', () => folder, /got a folder/],
    ['a device', () => '/dev/zero', /got a device or pipe/],
    ['a path through a file', () => join(folder, 'f', 'x'), /no folder/],
  ])('%s', async (_, path, message) => {
    writeFileSync(join(folder, 'f'), '');
    await expect(readSafetensors(path())).rejects.toThrow(message);
  });
});
