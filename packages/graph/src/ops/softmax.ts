/** Softmax and its logarithm. */

import { normalizeAxis } from '../core/shape.js';
import { composite, onnx, type Tensor } from '../core/tensor.js';
import { div, mul, sub } from './arithmetic.js';
import { sum } from './broadcast.js';
import { exp } from './elementwise.js';
import { logSumExp, max } from './reduce.js';

interface SoftmaxOptions {
  /** The last by default. */
  readonly axis?: number;
}

/**
 * exp(x) / Σ exp(x) along an axis. On other axes than the last it is written out: ONNX Runtime's
 * own is ten times slower there.
 */
export function softmax(x: Tensor, { axis = -1 }: SoftmaxOptions = {}): Tensor {
  const along = normalizeAxis('softmax', axis, x.shape.length);
  const over = { axes: along, keepDims: true };
  return composite('softmax', [x], {
    outputs: [x],
    lower: ([t]) => {
      if (along === t.shape.length - 1) {
        return onnx('Softmax', [t], { attributes: { axis: along }, outputs: [t] });
      }
      const e = exp(sub(t, max(t, over)));
      return [div(e, sum(e, over))];
    },
    vjp: ([g], { outputs: [y] }) => {
      const gy = mul(g, y);
      return [sub(gy, mul(y, sum(gy, over)))];
    },
  })[0];
}

/** log softmax(x) along an axis. */
export function logSoftmax(x: Tensor, { axis = -1 }: SoftmaxOptions = {}): Tensor {
  const along = normalizeAxis('logSoftmax', axis, x.shape.length);
  return sub(x, logSumExp(x, { axes: along, keepDims: true }));
}
