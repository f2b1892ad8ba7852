/** Whole numbers as indicator vectors. */

import type { ElementType } from '../core/element-type.js';
import { normalizeAxis, opError } from '../core/shape.js';
import { constant, int64s, onnx, type Tensor } from '../core/tensor.js';
import { cast } from './comparison.js';

export interface OneHotOptions {
  readonly depth: number;
  /** Where the new axis stands in the result; the last by default. */
  readonly axis?: number;
  readonly dtype?: ElementType;
}

/**
 * A new axis of length `depth` with 1 at the position that `indices` (int64) name and 0 elsewhere;
 * negative ones count from the end, those outside give zeros only. No gradient.
 */
export function oneHot(
  indices: Tensor,
  { depth, axis = -1, dtype = 'float32' }: OneHotOptions,
): Tensor {
  if (indices.dtype !== 'int64')
    throw opError('oneHot', 'int64 indices', indices.dtype, 'cast them');
  if (!Number.isInteger(depth) || depth < 1)
    throw opError('oneHot', 'a depth from 1', String(depth));
  const along = normalizeAxis('oneHot', axis, indices.shape.length + 1);
  const shape = [...indices.shape.slice(0, along), depth, ...indices.shape.slice(along)];
  const hot = onnx('OneHot', [indices, int64s([depth]), constant([0, 1], [2])], {
    attributes: { axis: along },
    outputs: [{ shape, dtype: 'float32' }],
  })[0];
  return cast(hot, dtype);
}
