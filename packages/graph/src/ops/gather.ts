/** Picking elements of an axis by position, and its adjoint, adding them up by position. */

import { normalizeAxis, opError, showShape, sizeOf } from '../core/shape.js';
import { constant, onnx, scalar, type Tensor } from '../core/tensor.js';
import { expand, reshape } from './broadcast.js';
import { transpose } from './layout.js';

/**
 * x[..., indices, ...]: the axis is replaced by the axes of `indices` (int64). As numpy's take.
 */
export function gather(x: Tensor, indices: Tensor, { axis }: { readonly axis: number }): Tensor {
  const along = normalizeAxis('gather', axis, x.shape.length);
  if (indices.dtype !== 'int64') throw opError('gather', 'int64 indices', indices.dtype);
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  return onnx('Gather', [x, indices], {
    attributes: { axis: along },
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g], { inputs: [from, at] }) => {
      const lead = sizeOf(from.shape.slice(0, along));
      const tail = sizeOf(from.shape.slice(along + 1));
      const count = sizeOf(at.shape);
      const rows = transpose(reshape(g, [lead, count, tail]), [1, 0, 2]);
      const summed = addRows(rows, reshape(at, [count]), { length: from.shape[along] });
      return [reshape(transpose(summed, [1, 0, 2]), from.shape), undefined];
    },
  })[0];
}

/** Rows added into zeros at the given positions of a first axis of `length`. */
export function addRows(
  rows: Tensor,
  indices: Tensor,
  { length }: { readonly length: number },
): Tensor {
  const [count, ...rest] = rows.shape;
  if (indices.shape.length !== 1 || indices.shape[0] !== count) {
    throw opError('addRows', `${count} indices`, showShape(indices.shape));
  }
  const shape = [length, ...rest];
  const zeros = expand(scalar(0, rows.dtype), shape);
  return onnx('ScatterND', [zeros, reshape(indices, [count, 1]), rows], {
    attributes: { reduction: 'add' },
    outputs: [{ shape, dtype: rows.dtype }],
    vjp: ([g], { inputs: [, at] }) => [
      undefined,
      undefined,
      gather(g, reshape(at, [count]), { axis: 0 }),
    ],
  })[0];
}

/** Elements at fixed positions of an axis, in that order; repeats are allowed. */
export function take(
  x: Tensor,
  positions: readonly number[],
  { axis }: { readonly axis: number },
): Tensor {
  const along = normalizeAxis('take', axis, x.shape.length);
  const d = x.shape[along];
  const bad = positions.find((i) => !Number.isInteger(i) || i < 0 || i >= d);
  if (positions.length === 0 || bad !== undefined) {
    throw opError('take', `positions in [0, ${d - 1}]`, bad === undefined ? 'none' : String(bad));
  }
  const indices = constant(positions, [positions.length], 'int64');
  const inverse = inversePermutation(positions, d);
  if (!inverse) return gather(x, indices, { axis: along });
  return onnx('Gather', [x, indices], {
    attributes: { axis: along },
    outputs: [{ shape: x.shape, dtype: x.dtype }],
    vjp: ([g]) => [take(g, inverse, { axis: along }), undefined],
  })[0];
}

function inversePermutation(positions: readonly number[], d: number): number[] | undefined {
  if (positions.length !== d) return undefined;
  const inverse: number[] = new Array(d).fill(-1);
  positions.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse.includes(-1) ? undefined : inverse;
}
