/** Weights by name, as files hold them or as training leaves them. */

import { GraphError } from '../errors.js';
import { type StoredTensor, toFloat32 } from '../files/index.js';

/** What weights files give, and what `Params.stateDict()` gives. */
export type StateDict = ReadonlyMap<
  string,
  Pick<StoredTensor, 'shape' | 'data'> & Partial<Pick<StoredTensor, 'dtype'>>
>;

/** The values as float32; half types are widened, others are refused. */
export function float32Of(
  name: string,
  {
    dtype,
    shape,
    data,
  }: Pick<StoredTensor, 'shape' | 'data'> & Partial<Pick<StoredTensor, 'dtype'>>,
): Float32Array {
  if (dtype !== undefined) return toFloat32({ dtype, shape, data });
  if (data instanceof Float32Array) return data;
  throw new GraphError(
    `weights: expected ${name} as float32, got ${data.constructor.name}; state its dtype.`,
  );
}
