/**
 * Attention written with matrix products, and its gradient: scores are computed again, for some
 * queries at a time. Rabe & Staats 2021, Self-attention does not need O(n²) memory.
 */

import type { Tensor } from '../core/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { reshape, sum, sumTo } from './broadcast.js';
import { concat, slice, transpose } from './layout.js';
import { matmul, matrixTranspose } from './matmul.js';
import { softmax } from './softmax.js';

export interface AttentionPlan {
  readonly heads: number;
  readonly scale: number;
  /** Queries at a time. */
  readonly chunk: number;
}

/** Queries from `start` to `stop`. */
export interface QueryRange {
  readonly start: number;
  readonly stop: number;
}

export function queryRanges(queries: number, chunk: number): QueryRange[] {
  return Array.from({ length: Math.ceil(queries / chunk) }, (_, i) => ({
    start: i * chunk,
    stop: Math.min(queries, (i + 1) * chunk),
  }));
}

/** The bias of some queries; one for all stays. */
export function biasOf(bias: Tensor, range: QueryRange): Tensor {
  return bias.shape[2] === 1 ? bias : slice(bias, [{ axis: 2, ...range }]);
}

/** [batch, tokens, heads · d] -> [batch, heads, tokens, d] */
function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = x.shape;
  return transpose(reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
}

function joinHeads(x: Tensor): Tensor {
  const [batch, heads, tokens, d] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * d]);
}

/** softmax(q kᵀ + bias), with heads split and q scaled. */
function weights(q: Tensor, k: Tensor, bias: Tensor | undefined): Tensor {
  const scores = matmul(q, matrixTranspose(k));
  return softmax(bias ? add(scores, bias) : scores);
}

/** The whole of it for inputs [q, k, v] or [q, k, v, bias]. */
export function writtenAttention(
  inputs: readonly Tensor[],
  { heads, scale }: AttentionPlan,
): Tensor {
  const [q, k, v] = inputs.slice(0, 3).map((t) => splitHeads(t, heads));
  return joinHeads(matmul(weights(mul(q, scale), k, inputs[3]), v));
}

/**
 * Gradients for q, k, v and the bias from g, the gradient of y. With P the weights:
 * dV = Pᵀ g, dS = P ∘ (g Vᵀ - rowsum(g ∘ y)), dQ = scale · dS K, dK = scale · dSᵀ Q.
 */
export function attentionGrad(
  g: Tensor,
  y: Tensor,
  { inputs, plan }: { readonly inputs: readonly Tensor[]; readonly plan: AttentionPlan },
): Tensor[] {
  const [q, k, v] = inputs.slice(0, 3).map((t) => splitHeads(t, plan.heads));
  const bias = inputs[3];
  const [gh, yh] = [g, y].map((t) => splitHeads(t, plan.heads));
  const parts = queryRanges(q.shape[2], plan.chunk).map((range) => {
    const rows = (t: Tensor) => slice(t, [{ axis: 2, ...range }]);
    const [qs, gs] = [mul(rows(q), plan.scale), rows(gh)];
    const p = weights(qs, k, bias && biasOf(bias, range));
    const mean = sum(mul(gs, rows(yh)), { axes: -1, keepDims: true });
    const ds = mul(p, sub(matmul(gs, matrixTranspose(v)), mean));
    return {
      dq: matmul(ds, k),
      dk: matmul(matrixTranspose(ds), qs),
      dv: matmul(matrixTranspose(p), gs),
      dBias: bias && sumTo(ds, biasOf(bias, range).shape),
    };
  });
  const dq = mul(
    concat(
      parts.map((p) => p.dq),
      { axis: 2 },
    ),
    plan.scale,
  );
  const dk = parts.map((p) => p.dk).reduce(add);
  const dv = parts.map((p) => p.dv).reduce(add);
  const back = [dq, dk, dv].map(joinHeads);
  if (!bias) return back;
  const dBias = parts.flatMap((p) => p.dBias ?? []);
  return [...back, bias.shape[2] === 1 ? dBias.reduce(add) : concat(dBias, { axis: 2 })];
}
