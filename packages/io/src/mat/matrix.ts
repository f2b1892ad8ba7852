/** One variable of a MATLAB level 5 file, as its header describes it. */

import { DATA_TYPES, type DataType, InputError } from '@bandweave/image';
import type { ByteOrder } from '../arrays/byte-order.js';
import { sizeOf } from '../arrays/named-array.js';

/** Storage types of data elements. */
export const STORED: Readonly<Record<number, DataType>> = {
  1: 'int8',
  2: 'uint8',
  3: 'int16',
  4: 'uint16',
  5: 'int32',
  6: 'uint32',
  7: 'float32',
  9: 'float64',
};

/** Types that the variable has in MATLAB; its samples may be stored in a narrower one. */
export const CLASSES: Readonly<Record<number, DataType>> = {
  6: 'float64',
  7: 'float32',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
};

const OTHER_CLASSES: Readonly<Record<number, string>> = {
  1: 'a cell array',
  2: 'a structure',
  3: 'an object',
  4: 'text',
  5: 'a sparse matrix',
  14: '64-bit integers',
  15: '64-bit integers',
};

const COMPLEX = 0x0800;
const MOST_DIMENSIONS = 32;

export type Matrix =
  | { readonly kind: 'other'; readonly name: string; readonly reason: string }
  | {
      readonly kind: 'numbers';
      readonly name: string;
      readonly shape: readonly number[];
      readonly dataType: DataType;
      readonly stored: DataType;
      /** Byte at which the samples begin, from the beginning of the element's content. */
      readonly offset: number;
    };

interface Element {
  readonly type: number;
  readonly at: number;
  readonly bytes: number;
  /** Where the next one begins. */
  readonly next: number;
}

/** A tag of 8 bytes, or one of 4 with up to 4 bytes of content behind it. */
export function readTag(view: DataView, at: number, order: ByteOrder): Element {
  const little = order === 'little';
  const first = view.getUint32(at, little);
  const small = first >>> 16;
  if (small !== 0) return { type: first & 0xffff, at: at + 4, bytes: small, next: at + 8 };
  const bytes = view.getUint32(at + 4, little);
  return { type: first, at: at + 8, bytes, next: at + 8 + Math.ceil(bytes / 8) * 8 };
}

/**
 * Reads the parts before the samples; `content` may end anywhere behind them, `whole` is how many
 * bytes the element has.
 *
 * @throws InputError where the parts contradict each other
 */
export function parseMatrix(
  file: string,
  content: Uint8Array,
  { order, whole }: { readonly order: ByteOrder; readonly whole: number },
): Matrix {
  const damaged = (what: string) =>
    new InputError(
      `${file}: expected a sound MATLAB variable, got ${what}; save the file again with -v7.`,
    );
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const little = order === 'little';
  try {
    const flagsTag = readTag(view, 0, order);
    const flags = view.getUint32(flagsTag.at, little);
    const sides = readTag(view, flagsTag.next, order);
    if (sides.type !== 5 || sides.bytes > MOST_DIMENSIONS * 4) throw damaged('too many dimensions');
    const shape = Array.from({ length: sides.bytes / 4 }, (_, d) =>
      view.getInt32(sides.at + 4 * d, little),
    );
    if (shape.some((side) => side < 0)) throw damaged('a negative size');
    const nameTag = readTag(view, sides.next, order);
    if (nameTag.bytes > 255) throw damaged('too long a name');
    const name = new TextDecoder().decode(content.subarray(nameTag.at, nameTag.at + nameTag.bytes));
    const dataType = CLASSES[flags & 0xff];
    if (!dataType) {
      return { kind: 'other', name, reason: OTHER_CLASSES[flags & 0xff] ?? 'of an unknown class' };
    }
    if (flags & COMPLEX) return { kind: 'other', name, reason: 'complex numbers' };
    const samples = readTag(view, nameTag.next, order);
    const stored = STORED[samples.type];
    if (!stored) return { kind: 'other', name, reason: '64-bit integers' };
    const needed = sizeOf(shape) * DATA_TYPES[stored].bytes;
    if (needed !== samples.bytes || samples.at + needed > whole) {
      throw damaged(`${samples.bytes} bytes of samples where ${shape.join(' x ')} take ${needed}`);
    }
    return { kind: 'numbers', name, shape, dataType, stored, offset: samples.at };
  } catch (error) {
    if (error instanceof RangeError) throw damaged('one cut short');
    throw error;
  }
}
