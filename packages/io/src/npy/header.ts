/** The header of a NumPy array file (numpy.lib.format, versions 1 to 3). */

import { DATA_TYPES, type DataType, InputError } from '@bandweave/image';
import type { ByteOrder } from '../arrays/byte-order.js';
import { columnMajor, rowMajor, sizeOf } from '../arrays/named-array.js';

export interface NpyHeader {
  readonly dataType: DataType;
  readonly order: ByteOrder;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Byte at which the samples begin. */
  readonly offset: number;
}

const TYPES: Readonly<Record<string, DataType>> = {
  b1: 'uint8',
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  f4: 'float32',
  f8: 'float64',
};

const MAGIC = '\x93NUMPY';
const LONGEST_HEADER = 65536;

/** True for the first bytes of a NumPy file. */
export function isNpy(head: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(head.subarray(0, 6)) === MAGIC;
}

/**
 * Reads the header from the first bytes (64 KiB and the 12 before them are always enough).
 *
 * @throws InputError where it is damaged, of a type that no raster has, or promises more than
 * the file's `size` holds
 */
export function parseNpy(name: string, head: Uint8Array, size: number): NpyHeader {
  const refuse = (expected: string, got: string) =>
    new InputError(`${name}: expected ${expected}, got ${got}; save it again with numpy.save.`);
  if (!isNpy(head) || head.length < 12) throw refuse('a NumPy file', 'other bytes');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const major = head[6];
  const long = major >= 2;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const begin = long ? 12 : 10;
  if (major < 1 || major > 3) throw refuse('version 1, 2 or 3', `version ${major}`);
  if (length > LONGEST_HEADER || begin + length > head.length) {
    throw refuse('a header inside the file', `${length} bytes of it`);
  }
  const text = new TextDecoder('latin1').decode(head.subarray(begin, begin + length));
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d+)'/.exec(text);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const dims = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  if (!descr) throw refuse('numbers of one type', 'a structured, text or object array');
  if (!fortran || !dims) throw refuse('fortran_order and shape', 'a header without them');
  const dataType = TYPES[descr[2]];
  if (!dataType) {
    throw new InputError(
      `${name}: expected ${Object.keys(TYPES).join(', ')} samples, got ${descr[2]}; save it as float32 (array.astype('float32')).`,
    );
  }
  const shape = dims[1]
    .split(',')
    .map((side) => side.replace(/L/g, '').trim())
    .filter((side) => side !== '')
    .map(Number);
  const offset = begin + length;
  const needed = sizeOf(shape) * DATA_TYPES[dataType].bytes;
  if (!Number.isSafeInteger(needed) || offset + needed > size) {
    throw refuse(`${needed} bytes of samples for shape ${shape.join(' x ')}`, `${size - offset}`);
  }
  return {
    dataType,
    order: descr[1] === '>' ? 'big' : 'little',
    shape,
    strides: fortran[1] === 'True' ? columnMajor(shape) : rowMajor(shape),
    offset,
  };
}

/** The header of an array in C order, little endian, filled up to a multiple of 64 bytes. */
export function formatNpy(dataType: DataType, shape: readonly number[]): Uint8Array {
  const code = Object.entries(TYPES).find(([key, type]) => key !== 'b1' && type === dataType)?.[0];
  const descr = `${DATA_TYPES[dataType].bytes === 1 ? '|' : '<'}${code}`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length);
  bytes.set(new TextEncoder().encode(padded), 10);
  for (let i = 0; i < 6; i++) bytes[i] = MAGIC.charCodeAt(i);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, padded.length, true);
  return bytes;
}
