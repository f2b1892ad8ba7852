import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type DType, dtypes, type TensorData, viewAs } from '../../src/files/dtype.js';
import { parseSafetensors, readSafetensors } from '../../src/files/safetensors-read.js';
import { encodeSafetensors, writeSafetensors } from '../../src/files/safetensors-write.js';

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const two: [string, { shape: number[]; data: TensorData; dtype?: DType }][] = [
  ['b', { shape: [2], data: Uint8Array.of(1, 2) }],
  ['a', { shape: [1], data: Float32Array.of(1) }],
];

describe('writing safetensors', () => {
  test('gives the bytes of the official layout: widest first, header padded to 8', () => {
    const bytes = encodeSafetensors(two, { metadata: [['format', 'pt']] });
    const json =
      '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}';
    const length = Math.ceil(json.length / 8) * 8;
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(length));
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(json.padEnd(length));
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 1, 2]);
  });

  test('the order of the tensors does not matter', () => {
    expect(encodeSafetensors(two.toReversed())).toEqual(encodeSafetensors(two));
  });

  test('everything written reads back, bit for bit', () => {
    const tensor = fc
      .record({
        dtype: fc.constantFrom(...dtypes),
        shape: fc.array(fc.nat(3), { maxLength: 4 }),
        bytes: fc.uint8Array({ minLength: 8 * 81, maxLength: 8 * 81 }),
      })
      .map(({ dtype, shape, bytes }) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return { dtype, shape, data: viewAs(dtype, bytes).slice(0, count) as TensorData };
      });
    const name = fc.string({ unit: 'grapheme' }).filter((s) => !/\p{Cc}|__|constructor/u.test(s));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, tensor), { selector: ([n]) => n, maxLength: 5 }),
        (tensors) => {
          const back = parseSafetensors(encodeSafetensors(tensors)).tensors;
          expect(back.size).toBe(tensors.length);
          for (const [n, t] of tensors) {
            const got = back.get(n)!;
            expect([got.dtype, got.shape]).toEqual([t.dtype, t.shape]);
            expect(Buffer.from(got.data.buffer, got.data.byteOffset, got.data.byteLength)).toEqual(
              Buffer.from(t.data.buffer, t.data.byteOffset, t.data.byteLength),
            );
          }
        },
      ),
    );
  });

  test('a file carries its name only when whole', async () => {
    const path = join(folder, 'w.safetensors');
    await writeSafetensors(path, two);
    expect(readdirSync(folder)).toEqual(['w.safetensors']);
    expect(readFileSync(path)).toEqual(Buffer.from(encodeSafetensors(two)));
    expect((await readSafetensors(path)).tensors.get('a')!.data).toEqual(Float32Array.of(1));
  });

  test.each([
    ['a shape that is not the array', [['a', { shape: [3], data: new Float32Array(2) }]], /2 elem/],
    [
      'an array of another type',
      [['a', { dtype: 'F16', shape: [1], data: Int8Array.of(1) }]],
      /F16/,
    ],
    ['a name twice', [two[0], two[0]], /"b" twice/],
    ['the name __metadata__', [['__metadata__', two[0]![1]]], /plain tensor name/],
  ] as [string, typeof two, RegExp][])('%s is refused', (_, tensors, message) => {
    expect(() => encodeSafetensors(tensors)).toThrow(message);
  });

  test('a folder that is not there is refused and nothing stays behind', async () => {
    await expect(writeSafetensors(join(folder, 'no', 'w.safetensors'), two)).rejects.toThrow(
      /no such folder/,
    );
    await expect(writeSafetensors(folder, two)).rejects.toThrow(/choose another name/);
    expect(readdirSync(join(folder, '..')).filter((n) => n.endsWith('.part'))).toEqual([]);
  });
});
