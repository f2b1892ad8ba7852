/** MATLAB level 5 files (-v6, -v7): variables listed at once, their samples read when asked for. */

import { constants, inflateSync } from 'node:zlib';
import { allocate, DATA_TYPES, InputError } from '@bandweave/image';
import { type ByteOrder, samplesOf } from '../arrays/byte-order.js';
import { gather } from '../arrays/gather.js';
import { type ArrayFile, columnMajor, type NamedArray, sizeOf } from '../arrays/named-array.js';
import { stridedArray } from '../arrays/strided-array.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { type Matrix, parseMatrix } from './matrix.js';

const HEADER = 128;
const MATRIX = 14;
const COMPRESSED = 15;

/** Enough for what stands before the samples. */
const MATRIX_HEAD = 1024;

/** DEFLATE makes nothing smaller than this share. */
const MOST_SHRINKAGE = 1032;
const MOST_BYTES = 2 ** 31 - 1;
const MOST_VARIABLES = 10_000;

/** True for the first bytes of a level 5 file; level 7.3 is HDF5. */
export function isMat5(head: Uint8Array): boolean {
  if (head.length < HEADER) return false;
  const mark = String.fromCharCode(head[126], head[127]);
  const version = mark === 'IM' ? head[125] : mark === 'MI' ? head[124] : 0;
  return version === 1;
}

interface Variable {
  readonly matrix: Matrix;
  /** Byte of the element's content in the file (packed where it is). */
  readonly at: number;
  readonly bytes: number;
  readonly packed: boolean;
  /** Length of the content once unpacked. */
  readonly whole: number;
}

/** The variables of a file. */
export async function openMat5(bytes: ByteSource): Promise<ArrayFile> {
  const { name } = bytes;
  const head = await bytes.read(0, HEADER);
  const order: ByteOrder = head[126] === 0x49 ? 'little' : 'big';
  const variables = await listVariables(bytes, order);
  const arrays: NamedArray[] = [];
  const passedOver: { name: string; reason: string }[] = [];
  for (const variable of variables) {
    const { matrix, at, packed } = variable;
    if (matrix.kind === 'other') {
      passedOver.push({ name: matrix.name, reason: matrix.reason });
      continue;
    }
    const { shape, stored, dataType } = matrix;
    const strides = columnMajor(shape);
    const inFile = { offset: at + matrix.offset, dataType: stored, order, shape, strides };
    const array = packed
      ? packedArray(bytes, { ...variable, matrix, order })
      : stridedArray(matrix.name, bytes, inFile);
    arrays.push({ ...array, dataType });
  }
  const text = new TextDecoder('latin1').decode(head.subarray(0, 116)).replace(/[\s\0]+$/, '');
  return {
    driver: 'MAT v5',
    arrays,
    passedOver,
    metadata: { description: text },
    close: () => bytes.close(),
  };

  function packedArray(
    source: ByteSource,
    found: Variable & { matrix: Matrix & { kind: 'numbers' }; order: ByteOrder },
  ): NamedArray {
    const { matrix } = found;
    let unpacked: Promise<ReturnType<typeof samplesOf>> | undefined;
    return {
      name: matrix.name,
      shape: matrix.shape,
      dataType: matrix.dataType,
      async read({ start, count }, target) {
        unpacked ??= unpack(source, found);
        const strides = columnMajor(matrix.shape);
        const offset = start.reduce((sum, first, d) => sum + first * strides[d], 0);
        gather(count, { data: await unpacked, offset, strides }, target);
      },
    };
  }

  async function unpack(
    source: ByteSource,
    { matrix, at, bytes: length, whole }: Variable & { matrix: Matrix & { kind: 'numbers' } },
  ) {
    const size = sizeOf(matrix.shape) * DATA_TYPES[matrix.stored].bytes;
    const content = inflate(name, await source.read(at, length), whole + 8);
    const from = 8 + matrix.offset;
    if (content.length < from + size) throw damaged(name, 'a variable that unpacks to less');
    if (size === 0) return allocate(matrix.stored, 0);
    return samplesOf(content.subarray(from, from + size), matrix.stored, order);
  }
}

async function listVariables(bytes: ByteSource, order: ByteOrder): Promise<Variable[]> {
  const { name, size } = bytes;
  const variables: Variable[] = [];
  const little = order === 'little';
  let at = HEADER;
  while (at + 8 <= size) {
    const tag = await bytes.read(at, 8);
    const view = new DataView(tag.buffer, tag.byteOffset, 8);
    const type = view.getUint32(0, little);
    const length = view.getUint32(4, little);
    if (at + 8 + length > size) throw damaged(name, `an element of ${length} bytes at ${at}`);
    if (variables.length > MOST_VARIABLES) throw damaged(name, 'more than 10000 variables');
    if (type === MATRIX) {
      const content = await bytes.read(at + 8, Math.min(length, MATRIX_HEAD));
      const matrix = parseMatrix(name, content, { order, whole: length });
      variables.push({ matrix, at: at + 8, bytes: length, packed: false, whole: length });
    } else if (type === COMPRESSED) {
      variables.push(await packedVariable(at + 8, length));
    }
    at += 8 + (type === COMPRESSED ? length : Math.ceil(length / 8) * 8);
  }
  return variables;

  async function packedVariable(begin: number, length: number): Promise<Variable> {
    const some = await bytes.read(begin, Math.min(length, MATRIX_HEAD));
    const head = inflate(name, some, some.length * MOST_SHRINKAGE + 64, constants.Z_SYNC_FLUSH);
    if (head.length < 8) throw damaged(name, 'a packed variable without content');
    const whole = new DataView(head.buffer, head.byteOffset).getUint32(4, little);
    if (whole > MOST_BYTES || whole > length * MOST_SHRINKAGE + 1024) {
      throw damaged(name, `${length} packed bytes that claim to be ${whole}`);
    }
    const matrix = parseMatrix(name, head.subarray(8), { order, whole });
    return { matrix, at: begin, bytes: length, packed: true, whole };
  }
}

function inflate(
  name: string,
  packed: Uint8Array,
  most: number,
  finish = constants.Z_FINISH,
): Uint8Array {
  try {
    return inflateSync(packed, {
      maxOutputLength: Math.min(most, MOST_BYTES),
      finishFlush: finish,
    });
  } catch (error) {
    throw damaged(name, `a variable that cannot be unpacked (${(error as Error).message})`);
  }
}

function damaged(name: string, what: string): InputError {
  return new InputError(
    `${name}: expected a whole MATLAB file, got ${what}; save it again with -v7 or -v7.3.`,
  );
}
