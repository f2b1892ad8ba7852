/** A tensor as it stands in a file: type, shape, elements in row-major order. */

import { GraphError } from '../errors.js';
import { bytesPerElement, type DType, dtypeOf, holds, type TensorData } from './dtype.js';
import { bfloatToFloat32, halfToFloat32 } from './half.js';

export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Row-major; F16 and BF16 as raw bits, see `toFloat32`. */
  readonly data: TensorData;
}

/** What a weights file holds. Names keep the order in which the file's data lies. */
export interface TensorFile {
  /** Free text of the file (`__metadata__` of safetensors). */
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: Map<string, StoredTensor>;
}

/** Type and shape of a tensor, without its elements. */
export type TensorInfo = Pick<StoredTensor, 'dtype' | 'shape'>;

/** Product of the dimensions, 1 for a scalar; NaN where it leaves the safe integers. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const d of shape) {
    count *= d;
    if (!(count <= Number.MAX_SAFE_INTEGER)) count = Number.NaN;
  }
  return count;
}

/** Bytes that a tensor of this type and shape takes; NaN where that leaves the safe integers. */
export function byteCount({ dtype, shape }: TensorInfo): number {
  const bytes = elementCount(shape) * bytesPerElement(dtype);
  return bytes <= Number.MAX_SAFE_INTEGER ? bytes : Number.NaN;
}

/**
 * A tensor from an array and a shape; the type is the array's unless given.
 *
 * @throws GraphError where shape, type and array do not belong together
 */
export function storedTensor(
  data: TensorData,
  shape: readonly number[],
  { dtype = dtypeOf(data) }: { readonly dtype?: DType } = {},
): StoredTensor {
  if (!holds(dtype, data)) {
    throw new GraphError(
      `storedTensor: expected an array that holds ${dtype}, got ${data.constructor.name}; convert it first.`,
    );
  }
  if (shape.some((d) => !Number.isSafeInteger(d) || d < 0) || elementCount(shape) !== data.length) {
    throw new GraphError(
      `storedTensor: expected ${data.length} elements in the shape, got [${shape.join(', ')}]; give the shape of the array.`,
    );
  }
  return { dtype, shape: [...shape], data };
}

/** The elements as float32, rounded to nearest; the array itself where it is float32 already. */
export function toFloat32({ dtype, data }: StoredTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (dtype === 'F16') return halfToFloat32(data as Uint16Array);
  if (dtype === 'BF16') return bfloatToFloat32(data as Uint16Array);
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(data[i]);
  return out;
}
