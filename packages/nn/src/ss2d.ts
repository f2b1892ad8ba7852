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
  fromChunks,
  fromStateLayout,
  inChunks,
  mambaDeltaBiasInit,
  mambaLogAInit,
  matmul,
  matrixTranspose,
  mul,
  nearestDivisor,
  neg,
  normalInit,
  onesInit,
  type Params,
  reshape,
  scan,
  silu,
  softplus,
  split,
  stopGradient,
  type Tensor,
  toStateLayout,
  transpose,
  uniformInit,
  zeros,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from './layers.js';
import { fromOrder, type Grid, toOrder } from './scan-order.js';
import { type Scanner, twoWayScan } from './two-way-scan.js';

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

/**
 * [b, h, w, c] to the same shape, and the last states [b, 4·inner, n], direction after direction.
 * Directions are rows, columns, and both reversed, which is not FusionMamba's order. The states carry
 * no gradient, as in the original.
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
  const rank = options.rank ?? Math.ceil(channels / 16);
  const weights = scanWeights(params, { rank, inner, states });
  const read = options.previous ? injection(params, options.previous, options) : [];
  const sizes = { rank, inner, states, ...grid };
  const { y: total, state } = scanImages(tokens, [...weights, ...read], sizes);
  const merged = layerNormLayer(
    params.scope('out_norm'),
    reshape(total, [batch, height, width, inner]),
  );
  const out = linearLayer(params.scope('out_proj'), mul(merged, silu(gate)), {
    out: channels,
    bias: 'no',
  });
  return { y: out, state: stopGradient(state) };
}

interface Sizes extends Grid {
  readonly rank: number;
  readonly inner: number;
  readonly states: number;
}

/** How many of the captured tensors are weights; gates and injected states may follow. */
const OWN_WEIGHTS = 5;

/** What every chunk reads: the weights of all directions side by side. */
function scanWeights(
  params: Params,
  { rank, inner, states }: Pick<Sizes, 'rank' | 'inner' | 'states'>,
): readonly Tensor[] {
  const project = params.get('x_proj_weight', [4, rank + 2 * states, inner]);
  const weight = params.get('dt_projs_weight', [4, inner, rank], uniformInit(rank ** -0.5));
  const bias = params.get('dt_projs_bias', [4, inner], mambaDeltaBiasInit);
  const logA = params.get('A_logs', [4 * inner, states], mambaLogAInit);
  return [
    matrixTranspose(project),
    matrixTranspose(weight),
    reshape(bias, [4, 1, inner]),
    reshape(neg(exp(logA)), [4, 1, inner, states]),
    reshape(params.get('Ds', [4 * inner], onesInit), [4, 1, inner]),
  ];
}

/** Numbers of the images that are scanned together, where there are many small ones. */
const NUMBERS_TOGETHER = 32768;

/**
 * Tokens [b, l, inner] scanned in four directions and summed, and the last states
 * [b, 4·inner, n]. Many small images, windows for instance, are taken some at a time, so that what
 * a direction holds for a token is never held for all.
 */
function scanImages(
  tokens: Tensor,
  weights: readonly Tensor[],
  sizes: Sizes,
): { y: Tensor; state: Tensor } {
  const [batch, length, inner] = tokens.shape;
  const ideal = NUMBERS_TOGETHER / (4 * length * inner);
  const together = nearestDivisor(batch, Math.max(1, ideal));
  // States that are injected belong to an image: those are few and large.
  if (ideal < 1 || together === batch || weights.length > OWN_WEIGHTS) {
    return scanTokens(tokens, weights, { ...sizes, cut: 'in-chunks' });
  }
  const { outputs } = scan({
    states: [],
    sequences: [inChunks(tokens, together)],
    captures: weights,
    body: (_, [some], shared) => {
      const { y, state } = scanTokens(some, shared, { ...sizes, cut: 'never' });
      return { states: [], outputs: [y, state] };
    },
    whole: (_, [all], shared) => {
      const { y, state } = scanTokens(fromChunks(all), shared, { ...sizes, cut: 'in-chunks' });
      return { states: [], outputs: [y, state].map((t) => inChunks(t, together)) };
    },
  });
  const [y, state] = outputs.map(fromChunks);
  return { y, state };
}

function scanTokens(
  tokens: Tensor,
  [project, weight, bias, rates, skip, ...read]: readonly Tensor[],
  { states, rank, cut, ...grid }: Sizes & { readonly cut: 'in-chunks' | 'never' },
): { y: Tensor; state: Tensor } {
  const [batch, length, inner] = tokens.shape;
  const axis = { height: grid.height, width: grid.width, axis: 0 };
  const rows = reshape(transpose(tokens, [1, 0, 2]), [length, 1, batch, inner]);
  const A = expand(rates, [4, batch, inner, states]);
  const start = toStateLayout(reshape(A, [4 * batch, inner, states]));
  const { y, states: last } = twoWayScan([[rows, toOrder(rows, 'columns', axis)]], {
    states: [zeros(start.shape)],
    captures: [project, weight, bias, start, skip, ...read],
    cut,
    chunk: ([h], [x], captures, run) => directionChunk({ x, h }, captures, { states, rank, run }),
  });
  const total = add(y[0], fromOrder(y[1], 'columns', axis));
  const state = reshape(fromStateLayout(last[0], states), [4, batch, inner, states]);
  return {
    y: transpose(reshape(total, [length, batch, inner]), [1, 0, 2]),
    state: reshape(transpose(state, [1, 0, 2, 3]), [batch, 4 * inner, states]),
  };
}

/** Time steps, injection and scan of a chunk x [size, 4, b, inner]. */
function directionChunk(
  { x, h }: { readonly x: Tensor; readonly h: Tensor },
  [project, weight, bias, A, skip, gate, s]: readonly Tensor[],
  { states, rank, run }: { states: number; rank: number; run: Scanner },
) {
  const [size, , batch, inner] = x.shape;
  const byDirection = transpose(x, [1, 2, 0, 3]); // [4, b, size, inner]
  const flat = reshape(byDirection, [4, batch * size, inner]);
  // Steps, B and C come from what enters, not from what is injected.
  const [low, B, C] = split(matmul(flat, project), { axis: 2, sizes: [rank, states, states] });
  const timeFirst = (t: Tensor) => {
    const channels = t.shape[t.shape.length - 1];
    const apart = transpose(reshape(t, [4, batch, size, channels]), [2, 0, 1, 3]);
    return reshape(apart, [size, 4 * batch, channels]);
  };
  const delta = timeFirst(softplus(add(matmul(low, weight), bias)));
  const taken = gate && matmul(matmul(byDirection, gate), matrixTranspose(s)); // [4, b, size, inner]
  const u = taken ? add(x, reshape(timeFirst(taken), x.shape)) : x;
  const drive = mul(delta, reshape(u, delta.shape));
  const { y, last } = run({ delta, drive, A, B: timeFirst(B), C: timeFirst(C) }, h);
  return { states: [last], y: add(reshape(y, x.shape), mul(u, reshape(skip, [4, 1, inner]))) };
}

/**
 * What lets a position take from the states of other layers: the gates' weights [4, 1, inner, n] and
 * ratio ⊙ s [4, b, inner, n].
 */
function injection(
  params: Params,
  previous: Tensor,
  { inner, states, skip }: Ss2dOptions,
): readonly Tensor[] {
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
  const gate = matrixTranspose(mix('xs_gate_weight', states, inner));
  const ratio = reshape(params.get('ssm_gate_ratio', [1, 4, inner, 1], onesInit), [4, 1, inner, 1]);
  return [gate, mul(s, ratio)];
}
