/** Reshape, expand and sum: what broadcasting and its gradient are made of. */

import {
  broadcastShapes,
  normalizeAxes,
  opError,
  type Shape,
  sameShape,
  showShape,
  sizeOf,
} from '../core/shape.js';
import { int64s, onnx, type Tensor } from '../core/tensor.js';

/** The same elements in another shape; one dimension may be -1. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = inferDimension(x, shape);
  if (sameShape(target, x.shape)) return x;
  return onnx('Reshape', [x, int64s(target)], {
    outputs: [{ shape: target, dtype: x.dtype }],
    vjp: ([g], { inputs }) => [reshape(g, inputs[0].shape), undefined],
  })[0];
}

function inferDimension(x: Tensor, shape: Shape): number[] {
  const known = shape.reduce((n, d) => (d === -1 ? n : n * d), 1);
  const total = sizeOf(x.shape);
  const target = shape.map((d) => (d === -1 ? total / known : d));
  const valid = target.every((d) => Number.isInteger(d) && d > 0) && sizeOf(target) === total;
  if (!valid || shape.filter((d) => d === -1).length > 1) {
    throw opError(
      'reshape',
      `a shape of ${total} elements for ${showShape(x.shape)}`,
      showShape(shape),
    );
  }
  return target;
}

/** Copies along axes of length one, as numpy's broadcast_to. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes('expand', x.shape, shape), shape)) {
    throw opError('expand', `a shape that ${showShape(x.shape)} broadcasts to`, showShape(shape));
  }
  return onnx('Expand', [x, int64s(shape)], {
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g], { inputs }) => [sumTo(g, inputs[0].shape), undefined],
  })[0];
}

/** Which axes a reduction runs over, and whether they stay with length one. */
export interface ReduceOptions {
  /** All by default. */
  readonly axes?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** Shape after a reduction over `axes` (counted from the front). */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return keepDims
    ? shape.map((d, i) => (axes.includes(i) ? 1 : d))
    : shape.filter((_, i) => !axes.includes(i));
}

/** Sum over axes. */
export function sum(x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor {
  const over = normalizeAxes('sum', axes, x.shape.length);
  if (over.length === 0) return x;
  const kept = reducedShape(x.shape, over, true);
  return onnx('ReduceSum', [x, int64s(over)], {
    attributes: { keepdims: keepDims ? 1 : 0 },
    outputs: [{ shape: reducedShape(x.shape, over, keepDims), dtype: x.dtype }],
    vjp: ([g], { inputs }) => [expand(reshape(g, kept), inputs[0].shape), undefined],
  })[0];
}

/** Sums what broadcasting copied: the adjoint of `expand`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, i) =>
    i < extra || (shape[i - extra] === 1 && d !== 1) ? [i] : [],
  );
  return reshape(sum(x, { axes }), shape);
}
