/** NumPy's NPY: one array in a file, read by windows and written by windows. */

import type { RasterInfo, RasterSink } from '@bandweave/image';
import type { ArrayFile } from '../arrays/named-array.js';
import { stridedArray } from '../arrays/strided-array.js';
import { stridedSink } from '../arrays/strided-sink.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { formatNpy, parseNpy } from './header.js';

const LONGEST_HEAD = 65536 + 12;

/** The array of an NPY file. */
export async function openNpy(bytes: ByteSource): Promise<ArrayFile> {
  const head = await bytes.read(0, Math.min(bytes.size, LONGEST_HEAD));
  const header = parseNpy(bytes.name, head, bytes.size);
  return {
    driver: 'NPY',
    arrays: [stridedArray('array', bytes, header)],
    passedOver: [],
    metadata: {},
    close: () => bytes.close(),
  };
}

/** Writes [bands, height, width] in C order; what it cannot keep is the place and the names. */
export function createNpy(path: string, info: RasterInfo): Promise<RasterSink> {
  const { bands, height, width, dataType } = info;
  return stridedSink(path, info, {
    head: formatNpy(dataType, [bands, height, width]),
    strides: { band: height * width, row: width, col: 1 },
    order: 'little',
  });
}
