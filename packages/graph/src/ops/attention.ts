/**
 * Scaled dot-product attention (Vaswani et al. 2017) that never stores the whole matrix of scores
 * of many tokens: ONNX Runtime's fused operator forward, chunks of queries backward.
 */

import { opError, showShape } from '../core/shape.js';
import { composite, onnx, type Tensor } from '../core/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import {
  type AttentionPlan,
  attentionGrad,
  biasOf,
  queryRanges,
  writtenAttention,
} from './attention-scores.js';
import { expand } from './broadcast.js';
import { cast } from './comparison.js';
import { concat, slice } from './layout.js';

export interface AttentionOptions {
  readonly heads?: number;
  /** Added to the scores: [batch or 1, heads or 1, queries or 1, keys]. */
  readonly bias?: Tensor | undefined;
  /** bool of such a shape, true where a query may look. One that may look nowhere looks evenly. */
  readonly mask?: Tensor | undefined;
  /** Of the scores; 1/sqrt(width of a head) by default. */
  readonly scale?: number;
  /** Queries at a time wherever scores are stored. By default windows of up to 256 x 256 are
   * whole, and larger ones as many rows as make 4 M scores over all heads (16 MB). */
  readonly chunk?: number;
}

const WINDOW_SCORES = 2 ** 16;
const STORED_SCORES = 2 ** 22;
/** What a masked score is lowered by: far below any other, and finite. */
const MASKED = 1e9;

/**
 * softmax(q kᵀ · scale + bias) v in each head; heads stand side by side in the last axis.
 *
 * @param q [batch, queries, heads · d]
 * @param k [batch, keys, heads · d]
 * @param v [batch, keys, heads · e]; the result is [batch, queries, heads · e]
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const { heads = 1 } = options;
  check([q, k, v], heads);
  const [batch, queries, width] = q.shape;
  const { scale = 1 / Math.sqrt(width / heads) } = options;
  const scores = [batch, heads, queries, k.shape[1]];
  const { chunk = defaultChunk(scores) } = options;
  if (!Number.isInteger(chunk) || chunk < 1) {
    throw opError('attention', 'a chunk of whole queries from 1', String(chunk));
  }
  const bias = biasWithMask(q, scores, options);
  const plan = { heads, scale, chunk };
  return composite('attention', bias ? [q, k, v, bias] : [q, k, v], {
    outputs: [{ shape: [batch, queries, v.shape[2]], dtype: q.dtype }],
    lower: (from) => [forward(from, plan)],
    vjp: ([g], { inputs, outputs: [y] }) => attentionGrad(g, y, { inputs, plan }),
  })[0];
}

function defaultChunk([batch, heads, queries, keys]: readonly number[]): number {
  if (queries * keys <= WINDOW_SCORES) return queries;
  return Math.max(1, Math.min(queries, Math.floor(STORED_SCORES / (batch * heads * keys))));
}

function check([q, k, v]: readonly [Tensor, Tensor, Tensor], heads: number): void {
  const shown = [q, k, v].map((t) => `${t.dtype}${showShape(t.shape)}`).join(', ');
  const plain = [q, k, v].every(
    (t) => t.shape.length === 3 && t.dtype === q.dtype && t.shape[0] === q.shape[0],
  );
  if (!plain || k.shape[1] !== v.shape[1] || q.shape[2] !== k.shape[2]) {
    throw opError(
      'attention',
      'q [batch,queries,width], k [batch,keys,width], v [batch,keys,any] of one type',
      shown,
    );
  }
  if (!Number.isInteger(heads) || heads < 1 || q.shape[2] % heads || v.shape[2] % heads) {
    throw opError('attention', 'heads that divide the widths', `${heads} for ${shown}`);
  }
}

function biasWithMask(
  q: Tensor,
  scores: readonly number[],
  { bias, mask }: AttentionOptions,
): Tensor | undefined {
  for (const t of [bias, mask]) {
    const fits =
      !t ||
      (t.shape.length === 4 &&
        t.shape[3] === scores[3] &&
        t.shape.every((d, i) => d === 1 || d === scores[i]));
    if (!fits) {
      const [b, h, n, m] = scores;
      const expected = `bias and mask [1 or ${b},1 or ${h},1 or ${n},${m}]`;
      throw opError('attention', expected, showShape(t.shape));
    }
  }
  if (!mask) return bias;
  if (mask.dtype !== 'bool') throw opError('attention', 'a bool mask', mask.dtype);
  const barrier = mul(sub(cast(mask, q.dtype), 1), MASKED);
  return bias ? add(bias, barrier) : barrier;
}

/** ONNX Runtime stores no scores where there is no bias; with one they are bounded by chunks. */
function forward(inputs: readonly Tensor[], plan: AttentionPlan): Tensor {
  const [q, k, v, bias] = inputs;
  const run = q.dtype === 'float32' ? fused : writtenAttention;
  if (!bias && run === fused) return fused(inputs, plan);
  const parts = queryRanges(q.shape[1], plan.chunk).map((range) => {
    const part = [slice(q, [{ axis: 1, ...range }]), k, v];
    return run(bias ? [...part, biasOf(bias, range)] : part, plan);
  });
  return concat(parts, { axis: 1 });
}

function fused([q, k, v, bias]: readonly Tensor[], { heads, scale }: AttentionPlan): Tensor {
  const inputs: (Tensor | undefined)[] = [q, k, v];
  // The operator repeats its bias over batch and heads, not over queries.
  if (bias) {
    const [b, h] = bias.shape;
    inputs.push(undefined, undefined, expand(bias, [b, h, q.shape[1], k.shape[1]]));
  }
  return onnx('MultiHeadAttention', inputs, {
    domain: 'com.microsoft',
    attributes: { num_heads: heads, scale: { float: scale } },
    outputs: [{ shape: [q.shape[0], q.shape[1], v.shape[2]], dtype: q.dtype }],
  })[0];
}
