/**
 * The selective scan as gated linear attention, for providers where a loop is slow: one head a
 * channel, B as key and C as query of all heads, Δ·A as decay in log space. Contribution operator
 * of ONNX Runtime: com.microsoft.LinearAttention.
 */

import { onnx, type Tensor } from '../core/tensor.js';
import { mul } from './arithmetic.js';
import { reshape } from './broadcast.js';
import { concat, slice, transpose } from './layout.js';
import type { ScanInputs } from './selective-scan.js';
import { fromStateLayout, toStateLayout } from './state-layout.js';

/** Decays that one operator is given: what a browser's buffers bear, 16 MB. */
const MOST_DECAYS = 1 << 22;

/**
 * y [L, G, D] and the last state from the state `h`, these and A in the layout of states: what
 * `scanChunk` gives. Has no gradient: training scans.
 */
export function scanByAttention(
  { delta, drive, A, B, C }: ScanInputs,
  h: Tensor,
): { y: Tensor; last: Tensor } {
  const [length, groups, channels] = delta.shape;
  const states = B.shape[2];
  const rates = fromStateLayout(A, states);
  const most = Math.max(1, Math.floor(MOST_DECAYS / (groups * channels * states)));
  let state = reshape(fromStateLayout(h, states), [groups, channels, states, 1]);
  const parts: Tensor[] = [];
  for (let start = 0; start < length; start += most) {
    const size = Math.min(most, length - start);
    const rowFirst = (t: Tensor) =>
      transpose(slice(t, [{ axis: 0, start, stop: start + size }]), [1, 0, 2]);
    const steps = reshape(rowFirst(delta), [groups, size, channels, 1]);
    const decay = mul(steps, reshape(rates, [groups, 1, channels, states]));
    const [y, next] = onnx(
      'LinearAttention',
      [
        rowFirst(C),
        rowFirst(B),
        rowFirst(drive),
        state,
        reshape(decay, [groups, size, channels * states]),
      ],
      {
        domain: 'com.microsoft',
        attributes: {
          update_rule: 'gated',
          q_num_heads: 1,
          kv_num_heads: channels,
          scale: { float: 1 },
        },
        outputs: [{ shape: [groups, size, channels], dtype: delta.dtype }, state],
      },
    );
    parts.push(transpose(y, [1, 0, 2]));
    state = next;
  }
  const last = toStateLayout(reshape(state, [groups, channels, states]));
  return { y: parts.length === 1 ? parts[0] : concat(parts, { axis: 0 }), last };
}
