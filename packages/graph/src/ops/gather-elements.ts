/** Picking and placing single elements by positions that are tensors; each is the other's adjoint. */

import { normalizeAxis, opError, type Shape, sameShape, showShape, sizeOf } from '../core/shape.js';
import { composite, constant, onnx, scalar, type Target, type Tensor } from '../core/tensor.js';
import { add, mul } from './arithmetic.js';
import { expand, reshape, sum } from './broadcast.js';
import { summedRows } from './gather.js';

interface AxisOptions {
  readonly axis: number;
}

function zeros(shape: Shape, like: Tensor): Tensor {
  return expand(scalar(0, like.dtype), shape);
}

function checkIndices(op: string, indices: Tensor): void {
  if (indices.dtype !== 'int64') throw opError(op, 'int64 indices', indices.dtype, 'cast them');
}

/** Both tensors alike except along the axis: everything else is not read by position. */
function checkAround(op: string, axis: number, [x, indices]: readonly [Tensor, Tensor]): void {
  const rest = (shape: Shape) => shape.map((d, i) => (i === axis ? 0 : d));
  if (!sameShape(rest(x.shape), rest(indices.shape))) {
    throw opError(
      op,
      `indices like x ${showShape(x.shape)} except on axis ${axis}`,
      showShape(indices.shape),
    );
  }
}

/**
 * y[..., i, ...] = x[..., indices[..., i, ...], ...] along an axis. As torch.gather and numpy's
 * take_along_axis.
 */
export function gatherElements(x: Tensor, indices: Tensor, { axis }: AxisOptions): Tensor {
  const along = normalizeAxis('gatherElements', axis, x.shape.length);
  checkIndices('gatherElements', indices);
  checkAround('gatherElements', along, [x, indices]);
  return onnx('GatherElements', [x, indices], {
    attributes: { axis: along },
    outputs: [{ shape: indices.shape, dtype: x.dtype }],
    vjp: ([g], { inputs: [t, at] }) => [
      scatterInto(g, at, { axis: along, length: t.shape[along] }),
      undefined,
    ],
  })[0];
}

/** `updates` added at `indices` into zeros of the given length along the axis. */
export function scatterInto(
  updates: Tensor,
  indices: Tensor,
  { axis, length }: AxisOptions & { readonly length: number },
): Tensor {
  const shape = updates.shape.map((d, i) => (i === axis ? length : d));
  return scatterElements(zeros(shape, updates), { indices, updates, axis, reduction: 'add' });
}

export interface ScatterElementsOptions extends AxisOptions {
  /** int64, of x's shape except along the axis. */
  readonly indices: Tensor;
  /** Of the shape of `indices`. */
  readonly updates: Tensor;
  /** Put in the place of what is there (positions must differ), or add to it. */
  readonly reduction?: 'none' | 'add';
}

/** x with `updates` put at, or added at, positions along an axis. As torch.scatter, scatter_add. */
export function scatterElements(
  x: Tensor,
  { indices, updates, axis, reduction = 'none' }: ScatterElementsOptions,
): Tensor {
  const along = normalizeAxis('scatterElements', axis, x.shape.length);
  checkIndices('scatterElements', indices);
  checkAround('scatterElements', along, [x, indices]);
  if (!sameShape(updates.shape, indices.shape) || updates.dtype !== x.dtype) {
    throw opError(
      'scatterElements',
      `updates ${x.dtype}${showShape(indices.shape)} like indices`,
      `${updates.dtype}${showShape(updates.shape)}`,
    );
  }
  return onnx('ScatterElements', [x, indices, updates], {
    attributes: { axis: along, reduction },
    outputs: [x],
    vjp: ([g], { inputs: [, at] }) => [
      reduction === 'add'
        ? g
        : scatterElements(g, { indices: at, updates: zeros(at.shape, g), axis: along }),
      undefined,
      gatherElements(g, at, { axis: along }),
    ],
  })[0];
}

/** What `indices` [..., depth] choose from x: [..., and x's axes after the first `depth`]. */
function chosenShape(op: string, x: Tensor, indices: Tensor): number[] {
  checkIndices(op, indices);
  const depth = indices.shape[indices.shape.length - 1] ?? 0;
  if (depth < 1 || depth > x.shape.length) {
    throw opError(op, `indices [...,1 to ${x.shape.length}]`, showShape(indices.shape));
  }
  return [...indices.shape.slice(0, -1), ...x.shape.slice(depth)];
}

/** x[indices[..., 0], indices[..., 1], ...]: each row of `indices` (int64) is one position. */
export function gatherND(x: Tensor, indices: Tensor): Tensor {
  const shape = chosenShape('gatherND', x, indices);
  return onnx('GatherND', [x, indices], {
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g], { inputs: [t, at] }) => [
      scatterNDAdd(zeros(t.shape, g), { indices: at, updates: g }),
      undefined,
    ],
  })[0];
}

/** x with `updates` added at positions; positions may repeat. */
export function scatterNDAdd(
  x: Tensor,
  { indices, updates }: { readonly indices: Tensor; readonly updates: Tensor },
): Tensor {
  const shape = chosenShape('scatterNDAdd', x, indices);
  if (!sameShape(shape, updates.shape) || updates.dtype !== x.dtype) {
    throw opError(
      'scatterNDAdd',
      `updates ${x.dtype}${showShape(shape)}`,
      `${updates.dtype}${showShape(updates.shape)}`,
    );
  }
  return composite('scatterNDAdd', [x, indices, updates], {
    outputs: [x],
    lower: ([t, at, values], { provider }) => [add(t, summedAt(at, values, { like: t, provider }))],
    vjp: ([g], { inputs: [, at] }) => [g, undefined, gatherND(g, at)],
  })[0];
}

/** Zeros with `updates` added at positions. */
function summedAt(
  indices: Tensor,
  updates: Tensor,
  { like, provider }: { readonly like: Tensor; readonly provider: Target['provider'] },
): Tensor {
  const depth = indices.shape[indices.shape.length - 1];
  const count = sizeOf(indices.shape) / depth;
  const [axes, rest] = [like.shape.slice(0, depth), like.shape.slice(depth)];
  const strides = axes.map((_, i) => sizeOf(axes.slice(i + 1)));
  const rows = sum(mul(reshape(indices, [count, depth]), constant(strides, [depth], 'int64')), {
    axes: 1,
  });
  const shape = [sizeOf(axes), sizeOf(rest)];
  const summed = summedRows(reshape(updates, [count, sizeOf(rest)]), rows, { shape, provider });
  return reshape(summed, like.shape);
}
