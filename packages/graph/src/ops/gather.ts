/** Picking elements of an axis by position, and its adjoint, adding them up by position. */

import { isFloating } from '../core/element-type.js';
import { normalizeAxis, opError, type Shape, showShape, sizeOf } from '../core/shape.js';
import { composite, constant, onnx, scalar, type Target, type Tensor } from '../core/tensor.js';
import { expand, reshape } from './broadcast.js';
import { cast, equal } from './comparison.js';
import { transpose } from './layout.js';
import { matmul } from './matmul.js';

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
  return composite('addRows', [rows, indices], {
    outputs: [{ shape, dtype: rows.dtype }],
    lower: ([r, at], { provider }) => [summedRows(r, at, { shape, provider })],
    vjp: ([g], { inputs: [, at] }) => [gather(g, at, { axis: 0 }), undefined],
  })[0];
}

/** Up to so many different rows, a product with indicators is faster than adding one by one. */
const FEW_ROWS = 256;

/**
 * Rows added by position. ScatterND with reduction is the obvious way, but on the CPU its threads
 * add without waiting for each other: in 3 of 40 runs over 65536 rows it lost up to 19000 sums.
 * ScatterElements adds in one thread.
 */
export function summedRows(
  rows: Tensor,
  at: Tensor,
  { shape, provider }: { readonly shape: Shape; readonly provider: Target['provider'] },
): Tensor {
  const [length, ...rest] = shape;
  const count = sizeOf(at.shape);
  const [width, spec] = [sizeOf(rest), { shape, dtype: rows.dtype }];
  const attributes = { reduction: 'add' };
  const zeros = (size: Shape) => expand(scalar(0, rows.dtype), size);
  if (provider === 'webgpu' || provider === 'cuda') {
    const list = reshape(at, [count, 1]);
    return onnx('ScatterND', [zeros(shape), list, rows], { attributes, outputs: [spec] })[0];
  }
  const flat = reshape(rows, [count, width]);
  if (length <= FEW_ROWS && isFloating(rows.dtype)) {
    const numbers = Array.from({ length }, (_, k) => k);
    const own = equal(reshape(at, [1, count]), constant(numbers, [length, 1], 'int64'));
    return reshape(matmul(cast(own, rows.dtype), flat), shape);
  }
  const everywhere = expand(reshape(at, [count, 1]), [count, width]);
  const [sums] = onnx('ScatterElements', [zeros([length, width]), everywhere, flat], {
    attributes: { axis: 0, ...attributes },
    outputs: [{ shape: [length, width], dtype: rows.dtype }],
  });
  return reshape(sums, shape);
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
