/** Reductions over axes. Sum stands in broadcast.ts. */

import { normalizeAxes, type Shape, sizeOf } from '../core/shape.js';
import { int64s, onnx, type Tensor } from '../core/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { expand, type ReduceOptions, reducedShape, reshape, sum } from './broadcast.js';
import { cast, equal } from './comparison.js';
import { exp, log, sqrt, square } from './elementwise.js';

function countOver(shape: Shape, axes: readonly number[]): number {
  return sizeOf(axes.map((a) => shape[a]));
}

/** Arithmetic mean over axes. */
export function mean(x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor {
  const over = normalizeAxes('mean', axes, x.shape.length);
  if (over.length === 0) return x;
  const kept = reducedShape(x.shape, over, true);
  return onnx('ReduceMean', [x, int64s(over)], {
    attributes: { keepdims: keepDims ? 1 : 0 },
    outputs: [{ shape: reducedShape(x.shape, over, keepDims), dtype: x.dtype }],
    vjp: ([g], { inputs: [t] }) => [
      expand(mul(reshape(g, kept), 1 / countOver(t.shape, over)), t.shape),
      undefined,
    ],
  })[0];
}

function extremum(opType: 'ReduceMax' | 'ReduceMin') {
  return (x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor => {
    const over = normalizeAxes(opType, axes, x.shape.length);
    if (over.length === 0) return x;
    const kept = reducedShape(x.shape, over, true);
    return onnx(opType, [x, int64s(over)], {
      attributes: { keepdims: keepDims ? 1 : 0 },
      outputs: [{ shape: reducedShape(x.shape, over, keepDims), dtype: x.dtype }],
      vjp: ([g], { inputs: [t], outputs: [y] }) => {
        const hit = cast(equal(t, reshape(y, kept)), t.dtype);
        const share = div(reshape(g, kept), sum(hit, { axes: over, keepDims: true }));
        return [mul(hit, share), undefined];
      },
    })[0];
  };
}

/** Largest element over axes; elements that share it share the gradient, as torch's amax. */
export const max = extremum('ReduceMax');
/** Smallest element over axes; elements that share it share the gradient, as torch's amin. */
export const min = extremum('ReduceMin');

/** Mean squared deviation over axes; `ddof` 0 divides by n, 1 by n - 1. */
export function variance(
  x: Tensor,
  { axes, keepDims = false, ddof = 0 }: ReduceOptions & { readonly ddof?: number } = {},
): Tensor {
  const over = normalizeAxes('variance', axes, x.shape.length);
  const n = countOver(x.shape, over);
  const squares = square(sub(x, mean(x, { axes: over, keepDims: true })));
  return mul(sum(squares, { axes: over, keepDims }), 1 / (n - ddof));
}

/** Euclidean norm over axes. */
export function norm(x: Tensor, options: ReduceOptions = {}): Tensor {
  return sqrt(sum(square(x), options));
}

/** log Σ exp(x) over axes, without overflow. */
export function logSumExp(x: Tensor, { axes, keepDims = false }: ReduceOptions = {}): Tensor {
  const over = normalizeAxes('logSumExp', axes, x.shape.length);
  const top = max(x, { axes: over, keepDims: true });
  const y = add(log(sum(exp(sub(x, top)), { axes: over, keepDims: true })), top);
  return keepDims ? y : reshape(y, reducedShape(x.shape, over, false));
}
