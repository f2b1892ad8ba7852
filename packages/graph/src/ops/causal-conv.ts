/** Depthwise convolution that looks only backwards in time. */

import { opError, showShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul } from './arithmetic.js';
import { padZeros, slice } from './layout.js';

/**
 * y_t = Σ_i taps[i] ⊙ x_{t-k+1+i} + bias: the last tap multiplies the current element.
 *
 * @param x    [..., length, channels]
 * @param taps k tensors that broadcast against x, such as [channels]
 */
export function causalConv(
  x: Tensor,
  taps: readonly Tensor[],
  { bias }: { readonly bias?: Tensor | undefined } = {},
): Tensor {
  const axis = x.shape.length - 2;
  if (axis < 0 || taps.length === 0) {
    throw opError('causalConv', 'x [...,length,channels] and at least one tap', showShape(x.shape));
  }
  const length = x.shape[axis];
  const before = x.shape.map((_, i) => (i === axis ? taps.length - 1 : 0));
  const padded = padZeros(
    x,
    before,
    x.shape.map(() => 0),
  );
  const terms = taps.map((tap, i) =>
    mul(slice(padded, [{ axis, start: i, stop: i + length }]), tap),
  );
  const y = terms.reduce((a, b) => add(a, b));
  return bias ? add(y, bias) : y;
}
