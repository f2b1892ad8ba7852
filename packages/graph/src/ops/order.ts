/** Order: sorting, the k largest, and where the extremes are. */

import { isFloating } from '../core/element-type.js';
import { normalizeAxis, opError, type Shape } from '../core/shape.js';
import { int64s, onnx, type Tensor } from '../core/tensor.js';
import { reducedShape } from './broadcast.js';
import { scatterInto } from './gather-elements.js';

interface Sorted {
  readonly values: Tensor;
  /** int64, positions along the axis. */
  readonly indices: Tensor;
}

export interface TopKOptions {
  readonly k: number;
  /** The last by default. */
  readonly axis?: number;
  readonly order?: 'largest' | 'smallest';
}

/**
 * The k extreme elements along an axis, the most extreme first, and where they stand; among equals
 * the one with the smaller position comes first.
 */
export function topK(x: Tensor, { k, axis = -1, order = 'largest' }: TopKOptions): Sorted {
  const along = normalizeAxis('topK', axis, x.shape.length);
  const length = x.shape[along];
  if (!Number.isInteger(k) || k < 1 || k > length) {
    throw opError('topK', `k in [1, ${length}]`, String(k));
  }
  const shape = withLength(x.shape, along, k);
  const [values, indices] = onnx('TopK', [x, int64s([k])], {
    attributes: { axis: along, largest: order === 'largest' ? 1 : 0, sorted: 1 },
    outputs: [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int64' },
    ],
    vjp: ([g], { outputs: [v, at] }) => [
      isFloating(v.dtype) ? scatterInto(g, at, { axis: along, length }) : undefined,
      undefined,
    ],
  });
  return { values, indices };
}

/** All elements along an axis in order, and where they stood. */
export function sort(
  x: Tensor,
  {
    axis = -1,
    order = 'ascending',
  }: { readonly axis?: number; readonly order?: 'ascending' | 'descending' } = {},
): Sorted {
  const along = normalizeAxis('sort', axis, x.shape.length);
  return topK(x, {
    k: x.shape[along],
    axis: along,
    order: order === 'ascending' ? 'smallest' : 'largest',
  });
}

const withLength = (shape: Shape, axis: number, d: number) =>
  shape.map((s, i) => (i === axis ? d : s));

interface ArgOptions {
  readonly axis: number;
  readonly keepDims?: boolean;
}

function positionOf(op: string, opType: 'ArgMax' | 'ArgMin') {
  return (x: Tensor, { axis, keepDims = false }: ArgOptions): Tensor => {
    const along = normalizeAxis(op, axis, x.shape.length);
    return onnx(opType, [x], {
      attributes: { axis: along, keepdims: keepDims ? 1 : 0, select_last_index: 0 },
      outputs: [{ shape: reducedShape(x.shape, [along], keepDims), dtype: 'int64' }],
    })[0];
  };
}

/** Position (int64) of the first largest element along an axis. */
export const argMax = positionOf('argMax', 'ArgMax');
/** Position (int64) of the first smallest element along an axis. */
export const argMin = positionOf('argMin', 'ArgMin');
