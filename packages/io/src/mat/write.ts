/** A raster as the one variable of a MATLAB level 5 file, rows x columns x bands. */

import { DATA_TYPES, InputError, type RasterInfo, type RasterSink } from '@bandweave/image';
import { stridedSink } from '../arrays/strided-sink.js';
import { CLASSES, STORED } from './matrix.js';

/** Sizes stand in 32 bits, and MATLAB reads no longer element than this. */
const MOST_BYTES = 2 ** 31 - 1024;

/** The variable's name. */
const NAME = 'data';

/** Starts the file; column-major as MATLAB has it, so that `load` gives data(row, column, band). */
export async function createMat5(path: string, info: RasterInfo): Promise<RasterSink> {
  const { bands, height, width, dataType } = info;
  const samples = bands * height * width * DATA_TYPES[dataType].bytes;
  if (samples > MOST_BYTES) {
    throw new InputError(
      `${path}: expected at most 2 GiB in a MATLAB level 5 file, got ${samples} bytes; write .h5 and use h5read.`,
    );
  }
  const padding = (8 - (samples % 8)) % 8;
  const parts = [
    element(6, uint32(classOf(dataType), 0)),
    element(5, uint32(...(bands === 1 ? [height, width] : [height, width, bands]))),
    element(1, new TextEncoder().encode(NAME)),
  ];
  const before = parts.reduce((size, part) => size + part.length, 0);
  const head = new Uint8Array(128 + 8 + before + 8);
  head.fill(0x20, 0, 116);
  head.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by Bandweave'));
  head.set([0, 1, 0x49, 0x4d], 124);
  head.set(uint32(14, before + 8 + samples + padding), 128);
  let at = 136;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  head.set(uint32(storageOf(dataType), samples), at);
  return stridedSink(path, info, {
    head,
    tail: new Uint8Array(padding),
    strides: { band: height * width, col: height, row: 1 },
    order: 'little',
  });
}

function uint32(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [k, value] of values.entries()) view.setUint32(4 * k, value, true);
  return bytes;
}

/** A tag of 8 bytes with its content, filled up to a multiple of 8. */
function element(type: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + Math.ceil(content.length / 8) * 8);
  bytes.set(uint32(type, content.length));
  bytes.set(content, 8);
  return bytes;
}

const codeOf = (codes: Readonly<Record<number, string>>, type: string) =>
  Number(Object.entries(codes).find(([, known]) => known === type)?.[0]);
const classOf = (type: string) => codeOf(CLASSES, type);
const storageOf = (type: string) => codeOf(STORED, type);
