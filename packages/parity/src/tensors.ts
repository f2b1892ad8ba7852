/** Reads the safetensors files that parity cases keep beside their case.json. */

import { existsSync, readFileSync } from 'node:fs';
import type { Raster } from '@bandweave/image';

/** A tensor with its values as doubles, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: Float64Array;
}

const READERS: Readonly<
  Record<string, { bytes: number; read: (view: DataView, at: number) => number }>
> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  U16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Every tensor of a file by name. */
export function readTensors(path: string): Map<string, Tensor> {
  if (!existsSync(path)) throw new Error(`parity: expected tensors at ${path}, got no such file.`);
  const bytes = readFileSync(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const reader = READERS[entry.dtype];
    if (!reader)
      throw new Error(`parity: ${path}: ${name} has type ${entry.dtype}, not read here.`);
    const view = new DataView(
      bytes.buffer,
      bytes.byteOffset + 8 + headerLength + entry.data_offsets[0],
      entry.data_offsets[1] - entry.data_offsets[0],
    );
    const data = new Float64Array(view.byteLength / reader.bytes);
    for (let i = 0; i < data.length; i++) data[i] = reader.read(view, i * reader.bytes);
    tensors.set(name, { shape: entry.shape, dtype: entry.dtype, data });
  }
  return tensors;
}

/** The tensor of that name; throws where it is missing. */
export function need(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (!tensor) {
    throw new Error(
      `parity: expected a tensor ${name}, got only ${[...tensors.keys()].join(', ')}.`,
    );
  }
  return tensor;
}

/** [height, width] or [height, width, bands] as a raster, band after band. */
export function toRaster({ shape, data }: Tensor): Raster<Float64Array> {
  const [height, width, bands = 1] = shape;
  const out = new Float64Array(data.length);
  const size = height * width;
  for (let i = 0; i < size; i++) {
    for (let band = 0; band < bands; band++) out[band * size + i] = data[i * bands + band];
  }
  return { bands, height, width, data: out };
}

/** Largest absolute difference; infinite where the sizes differ. */
export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
  }
  return worst;
}
