/**
 * The 2-D selective scan whose state is shared between layers. Cao et al. 2024, Local-enhanced
 * vision Mamba; the scan over four orders is Liu et al. 2024, VMamba.
 */

import {
  add,
  conv2d,
  defaultBiasInit,
  exp,
  expand,
  mambaDeltaBiasInit,
  mambaLogAInit,
  matmul,
  matrixTranspose,
  mul,
  neg,
  normalInit,
  onesInit,
  type Params,
  reshape,
  scanRows,
  silu,
  softplus,
  split,
  stack,
  stopGradient,
  type Tensor,
  transpose,
  uniformInit,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from './layers.js';
import { fromOrder, type ScanOrder, toOrder } from './scan-order.js';

export interface Ss2dOptions {
  /** Channels inside. */
  readonly inner: number;
  readonly states: number;
  /** Side of the depthwise convolution. */
  readonly kernel: number;
  /** Rank of the time step's projection; a sixteenth of the width, rounded up. */
  readonly rank?: number;
  /** State of the layer before [b, 4·d, n]: injected into this layer's scan. */
  readonly previous?: Tensor | undefined;
  /** State of the mirrored encoder layer, [b, 4·inner, n]; projected or added as it is. */
  readonly skip?: { readonly state: Tensor; readonly projection: 'learned' | 'none' } | undefined;
}

/** Not FusionMamba's order. */
const ORDERS: readonly ScanOrder[] = ['rows', 'columns', 'rows-reversed', 'columns-reversed'];

/**
 * [b, h, w, c] to the same shape, and the last states [b, 4·inner, n], direction after direction.
 * The states carry no gradient, as in the original.
 */
export function ss2d(
  params: Params,
  x: Tensor,
  options: Ss2dOptions,
): { readonly y: Tensor; readonly state: Tensor } {
  const { inner, states, kernel } = options;
  const [batch, height, width, channels] = x.shape;
  const length = height * width;
  const grid = { height, width };
  const [first, gate] = split(
    linearLayer(params.scope('in_proj'), x, { out: 2 * inner, bias: 'no' }),
    { axis: 3, sizes: [inner, inner] },
  );
  const normed = transpose(layerNormLayer(params.scope('norm.body'), first), [0, 3, 1, 2]);
  const local = conv2d(normed, params.get('conv2d.weight', [inner, 1, kernel, kernel]), {
    bias: params.get('conv2d.bias', [inner], defaultBiasInit(kernel * kernel)),
    padding: (kernel - 1) / 2,
    groups: inner,
  });
  const tokens = reshape(transpose(silu(local), [0, 2, 3, 1]), [batch, length, inner]);
  const u = stack(ORDERS.map((order) => toOrder(tokens, order, grid))); // [4, b, l, inner]
  const rank = options.rank ?? Math.ceil(channels / 16);
  const { delta, B, C } = timeSteps(params, u, { inner, states, rank });
  const injected = options.previous ? add(u, injection(params, u, options)) : u;

  const logA = params.get('A_logs', [4 * inner, states], mambaLogAInit);
  const A = expand(reshape(neg(exp(logA)), [4, 1, inner, states]), [4, batch, inner, states]);
  const timeFirst = (t: Tensor) =>
    reshape(transpose(t, [2, 0, 1, 3]), [length, 4 * batch, t.shape[3]]);
  const { y, last } = scanRows({
    delta: timeFirst(delta),
    drive: timeFirst(mul(delta, injected)),
    A: reshape(A, [4 * batch, inner, states]),
    B: timeFirst(B),
    C: timeFirst(C),
  });
  const skip = reshape(params.get('Ds', [4 * inner], onesInit), [4, 1, 1, inner]);
  const scanned = transpose(reshape(y, [length, 4, batch, inner]), [1, 2, 0, 3]);
  const perOrder = split(add(scanned, mul(injected, skip)), { axis: 0, sizes: [1, 1, 1, 1] });
  const total = perOrder
    .map((t, k) => fromOrder(reshape(t, [batch, length, inner]), ORDERS[k], grid))
    .reduce((a, b) => add(a, b));
  const merged = layerNormLayer(
    params.scope('out_norm'),
    reshape(total, [batch, height, width, inner]),
  );
  const out = linearLayer(params.scope('out_proj'), mul(merged, silu(gate)), {
    out: channels,
    bias: 'no',
  });
  const state = transpose(reshape(last, [4, batch, inner, states]), [1, 0, 2, 3]);
  return { y: out, state: stopGradient(reshape(state, [batch, 4 * inner, states])) };
}

/** Δ, B and C of every direction from the sequence itself. */
function timeSteps(
  params: Params,
  u: Tensor,
  { inner, states, rank }: { inner: number; states: number; rank: number },
): { delta: Tensor; B: Tensor; C: Tensor } {
  const project = params.get('x_proj_weight', [4, rank + 2 * states, inner]);
  const [low, B, C] = split(matmul(u, perMatrix(project)), {
    axis: 3,
    sizes: [rank, states, states],
  });
  const weight = params.get('dt_projs_weight', [4, inner, rank], uniformInit(rank ** -0.5));
  const bias = params.get('dt_projs_bias', [4, inner], mambaDeltaBiasInit);
  const raw = add(matmul(low, perMatrix(weight)), reshape(bias, [4, 1, 1, inner]));
  return { delta: softplus(raw), B, C };
}

/** ratio ⊙ (s g): the states of other layers, read at every position through a gate. */
function injection(
  params: Params,
  u: Tensor,
  { inner, states, previous, skip }: Ss2dOptions,
): Tensor {
  if (!previous) return u;
  const batch = previous.shape[0];
  const before = previous.shape[1] / 4;
  // [b, 4·d, n] as [4, b, d, n], direction first like everything else here
  const byDirection = (t: Tensor) =>
    transpose(reshape(t, [batch, 4, t.shape[1] / 4, states]), [1, 0, 2, 3]);
  const mix = (name: string, rows: number, columns: number) =>
    reshape(params.get(name, [4 * rows, columns, 1], normalInit(1)), [4, 1, rows, columns]);
  let s = matmul(mix('ssm_state_weight1', inner, before), byDirection(previous));
  if (skip) {
    const other = byDirection(skip.state);
    const learned = skip.projection === 'learned';
    s = add(s, learned ? matmul(mix('ssm_state_weight2', inner, inner), other) : other);
  }
  const gate = matmul(u, matrixTranspose(mix('xs_gate_weight', states, inner))); // [4, b, l, n]
  const ratio = reshape(params.get('ssm_gate_ratio', [1, 4, inner, 1], onesInit), [4, 1, 1, inner]);
  return mul(matmul(gate, matrixTranspose(s)), ratio);
}

function perMatrix(weights: Tensor): Tensor {
  const [count, out, inputs] = weights.shape;
  return matrixTranspose(reshape(weights, [count, 1, out, inputs]));
}
