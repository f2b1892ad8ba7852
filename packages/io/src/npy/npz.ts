/** NumPy's NPZ: a zip of NPY files, read whole within a bound. */

import { InputError } from '@bandweave/image';
import { unzipSync } from 'fflate';
import { samplesOf } from '../arrays/byte-order.js';
import type { ArrayFile, NamedArray } from '../arrays/named-array.js';
import { memoryArray } from '../arrays/strided-array.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { parseNpy } from './header.js';

/** Most bytes that the zip, and all that it holds, may have. */
const MOST_BYTES = 2 ** 31 - 1;

/** DEFLATE makes nothing smaller than this share. */
const MOST_SHRINKAGE = 1032;

/** True for a zip whose first entry is an NPY file. */
export function isNpz(head: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(head);
  if (!text.startsWith('PK\x03\x04')) return false;
  return text.slice(30, 30 + (head[26] | (head[27] << 8))).endsWith('.npy');
}

/** The arrays of an NPZ file, unpacked in memory. */
export async function openNpz(bytes: ByteSource): Promise<ArrayFile> {
  const { name, size } = bytes;
  if (size > MOST_BYTES) throw tooMuch(name, size);
  const packed = await bytes.read(0, size);
  await bytes.close();
  const passedOver: { name: string; reason: string }[] = [];
  const arrays: NamedArray[] = [];
  let total = 0;
  for (const [entry, unpacked] of Object.entries(unpack())) {
    const array = entry.slice(0, -4);
    try {
      const { offset, dataType, order, shape, strides } = parseNpy(name, unpacked, unpacked.length);
      const end = offset + shape.reduce((n, side) => n * side, 1) * bytesEach(dataType);
      const data = samplesOf(unpacked.subarray(offset, end), dataType, order);
      arrays.push(memoryArray(array, data, { dataType, shape, strides }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      passedOver.push({ name: array, reason: 'not an array of numbers that a raster can hold' });
    }
  }
  return { driver: 'NPZ', arrays, passedOver, metadata: {}, close: async () => {} };

  function unpack(): Record<string, Uint8Array> {
    try {
      return unzipSync(packed, {
        filter: (entry) => {
          if (!entry.name.endsWith('.npy')) return false;
          total += entry.originalSize;
          if (total > MOST_BYTES || entry.originalSize > entry.size * MOST_SHRINKAGE + 1024) {
            throw tooMuch(name, total);
          }
          return true;
        },
      });
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(
        `${name}: expected a whole NPZ file, got ${(error as Error).message}; save it again with numpy.savez.`,
        { cause: error },
      );
    }
  }
}

function bytesEach(dataType: Parameters<typeof samplesOf>[1]): number {
  return samplesOf(new Uint8Array(), dataType, 'little').BYTES_PER_ELEMENT;
}

function tooMuch(name: string, size: number): InputError {
  return new InputError(
    `${name}: expected an NPZ file of at most 2 GiB unpacked, got ${size} bytes; save the array as .npy, which is read by windows.`,
  );
}
