/** h_t = a_t ⊙ h_{t-1} + w_t, whose gradient is the same recurrence backwards. */

import { opError, sameShape, showShape } from '../core/shape.js';
import { composite, scalar, type Tensor } from '../core/tensor.js';
import { add, mul } from './arithmetic.js';
import { expand, reshape } from './broadcast.js';
import { concat, slice } from './layout.js';
import { rawScan } from './raw-scan.js';

/**
 * Every state h_1 ... h_L.
 *
 * @param a     factors [L, ...]
 * @param w     what is added, as a
 * @param start h_0 [...]
 */
export function linearRecurrence(a: Tensor, w: Tensor, start: Tensor): Tensor {
  if (!sameShape(a.shape, w.shape) || !sameShape(a.shape.slice(1), start.shape)) {
    throw opError(
      'linearRecurrence',
      'a and w [L,...] and start [...]',
      [a, w, start].map((t) => showShape(t.shape)).join(', '),
    );
  }
  const one = [1, ...start.shape];
  const last = a.shape[0] - 1;
  return composite('linearRecurrence', [a, w, start], {
    outputs: [a],
    lower: ([factors, added, first]) =>
      rawScan({
        states: [first],
        sequences: [factors, added],
        body: ([h], [f, x]) => {
          const next = add(mul(f, h), x);
          return { states: [next], outputs: [next] };
        },
      }).outputs,
    vjp: ([g], { inputs: [factors, , first], outputs: [h] }) => {
      // What reaches h_t is carried on to h_{t-1} by a_t.
      const { states, outputs } = rawScan({
        states: [expand(scalar(0, first.dtype), first.shape)],
        sequences: [factors, g],
        sequenceDirections: ['reverse', 'reverse'],
        outputDirections: ['reverse'],
        body: ([carry], [f, own]) => {
          const reached = add(carry, own);
          return { states: [mul(reached, f)], outputs: [reached] };
        },
      });
      const before = reshape(first, one);
      const shifted =
        last > 0 ? concat([before, slice(h, [{ axis: 0, stop: last }])], { axis: 0 }) : before;
      return [mul(outputs[0], shifted), outputs[0], states[0]];
    },
  })[0];
}
