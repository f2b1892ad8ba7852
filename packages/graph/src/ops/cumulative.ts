/** Running sums. */

import { normalizeAxis } from '../core/shape.js';
import { onnx, scalar, type Tensor } from '../core/tensor.js';

export interface CumsumOptions {
  readonly axis: number;
  /** From which end the sum runs. */
  readonly direction?: 'forward' | 'backward';
  /** Whether an element counts in its own sum. */
  readonly bounds?: 'inclusive' | 'exclusive';
}

/** Sum of all elements up to each one along an axis. */
export function cumsum(
  x: Tensor,
  { axis, direction = 'forward', bounds = 'inclusive' }: CumsumOptions,
): Tensor {
  const along = normalizeAxis('cumsum', axis, x.shape.length);
  const opposite = direction === 'forward' ? 'backward' : 'forward';
  return onnx('CumSum', [x, scalar(along, 'int64')], {
    attributes: {
      reverse: direction === 'backward' ? 1 : 0,
      exclusive: bounds === 'exclusive' ? 1 : 0,
    },
    outputs: [x],
    vjp: ([g]) => [cumsum(g, { axis: along, direction: opposite, bounds }), undefined],
  })[0];
}
