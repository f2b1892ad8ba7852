/** Bytes of a file as samples, whatever order they were written in. */

import { allocate, DATA_TYPES, type DataType, type Samples } from '@bandweave/image';

export type ByteOrder = 'little' | 'big';

/** The byte order of this machine. */
export const NATIVE: ByteOrder =
  new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

/** Samples in an array of their own. */
export function samplesOf(bytes: Uint8Array, dataType: DataType, order: ByteOrder): Samples {
  const samples = allocate(dataType, bytes.length / DATA_TYPES[dataType].bytes);
  const own = new Uint8Array(samples.buffer);
  own.set(bytes);
  if (order !== NATIVE) swap(own, DATA_TYPES[dataType].bytes);
  return samples;
}

/** The bytes of samples in that order; may be a view of them. */
export function bytesOf(samples: Samples, order: ByteOrder): Uint8Array {
  const view = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  if (order === NATIVE || samples.BYTES_PER_ELEMENT === 1) return view;
  const copy = view.slice();
  swap(copy, samples.BYTES_PER_ELEMENT);
  return copy;
}

function swap(bytes: Uint8Array, width: number): void {
  if (width === 2) Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).swap16();
  else if (width === 4) Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).swap32();
  else if (width === 8) Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).swap64();
}
