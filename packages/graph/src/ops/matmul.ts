/** Matrix products. */

import { broadcastShapes, opError, showShape } from '../core/shape.js';
import { onnx, type Tensor } from '../core/tensor.js';
import { add } from './arithmetic.js';
import { reshape, sumTo } from './broadcast.js';
import { transpose } from './layout.js';

/** The last two axes exchanged; ONNX Runtime folds it into the product that reads it. */
export function matrixTranspose(x: Tensor): Tensor {
  const rank = x.shape.length;
  const order = x.shape.map((_, i) => i);
  return transpose(x, [...order.slice(0, -2), rank - 1, rank - 2]);
}

/**
 * [..., m, k] · [..., k, n] = [..., m, n]; leading axes broadcast. Both need at least two axes.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [ra, rb] = [a.shape.length, b.shape.length];
  if (ra < 2 || rb < 2 || a.shape[ra - 1] !== b.shape[rb - 2] || a.dtype !== b.dtype) {
    throw opError(
      'matmul',
      '[...,m,k] and [...,k,n] of one type',
      `${a.dtype}${showShape(a.shape)} and ${b.dtype}${showShape(b.shape)}`,
    );
  }
  const lead = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...lead, a.shape[ra - 2], b.shape[rb - 1]];
  return onnx('MatMul', [a, b], {
    outputs: [{ shape, dtype: a.dtype }],
    vjp: ([g], { inputs: [x, y] }) => [gradLeft(g, x, y), gradRight(g, x, y)],
  })[0];
}

function gradLeft(g: Tensor, x: Tensor, y: Tensor): Tensor {
  return sumTo(matmul(g, matrixTranspose(y)), x.shape);
}

function gradRight(g: Tensor, x: Tensor, y: Tensor): Tensor {
  if (y.shape.length === 2 && x.shape.length > 2) {
    // One product over all rows: nothing of the batch is stored and then summed.
    const [k, n] = y.shape;
    return matmul(matrixTranspose(reshape(x, [-1, k])), reshape(g, [-1, n]));
  }
  return sumTo(matmul(matrixTranspose(x), g), y.shape);
}

/**
 * x · weightᵀ + bias over the last axis.
 *
 * @param weight [out, in], as PyTorch stores it
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  { bias }: { readonly bias?: Tensor | undefined } = {},
): Tensor {
  const y = matmul(x, matrixTranspose(weight));
  return bias ? add(y, bias) : y;
}
