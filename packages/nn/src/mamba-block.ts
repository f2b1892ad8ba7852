/**
 * The Mamba block of vision networks: one input read in two or four orders, a selective scan with
 * weights of its own for each, their mean, a gate. Zhu et al. 2024, Vision Mamba; with a second
 * input that steers the scan: Peng et al. 2024, FusionMamba.
 */

import {
  add,
  causalConv,
  defaultBiasInit,
  exp,
  expand,
  type Initializer,
  mambaDeltaBiasInit,
  mambaLogAInit,
  matmul,
  matrixTranspose,
  mul,
  neg,
  onesInit,
  type Params,
  reshape,
  scanRows,
  silu,
  softplus,
  split,
  stack,
  type Tensor,
  transpose,
  uniformInit,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from './layers.js';
import { fromOrder, type Grid, type ScanOrder, toOrder } from './scan-order.js';

export interface MambaOptions extends Grid {
  /** Orders and the suffixes that their parameters bear. */
  readonly directions: 'two' | 'four';
  /** Width inside over width outside. */
  readonly expand?: number;
  readonly states?: number;
  /** Taps of the causal convolution. */
  readonly kernel?: number;
  /** Rank of the time step's projection; a sixteenth of the width, rounded up. */
  readonly rank?: number;
  /** How the directions are put together. */
  readonly merge?: 'mean' | 'sum';
  /** Whether a layer norm stands before the last projection. */
  readonly norm?: 'layer' | 'none';
}

/** One block: its parameters, what it transforms [b, h·w, c], and what may steer it, of that shape. */
export interface MambaJob {
  readonly params: Params;
  readonly x: Tensor;
  readonly steer?: Tensor;
}

const ORDERS: readonly ScanOrder[] = ['rows', 'rows-reversed', 'columns', 'columns-reversed'];
const SUFFIXES = ['', '_b', '_c', '_d'];

interface Sizes {
  readonly inner: number;
  readonly states: number;
  readonly rank: number;
  readonly kernel: number;
}

/**
 * Each block's output [b, h·w, c], without residual. Blocks given together are scanned together:
 * a step of the scan costs nearly the same for two of them.
 */
export function mambaBlocks(jobs: readonly MambaJob[], options: MambaOptions): readonly Tensor[] {
  const { directions, merge = 'mean', norm = 'layer', states = 8, kernel = 4 } = options;
  const width = jobs[0].x.shape[2];
  const inner = width * (options.expand ?? 1);
  const rank = options.rank ?? Math.ceil(width / 16);
  const orders = ORDERS.slice(0, directions === 'two' ? 2 : 4);
  const projected = jobs.map(({ params, x }) => {
    const both = linearLayer(params.scope('in_proj'), x, { out: 2 * inner, bias: 'no' });
    return split(both, { axis: 2, sizes: [inner, inner] });
  });
  const steering = jobs.flatMap(({ params, steer }) =>
    steer ? [linearLayer(params.scope('in_proj_b'), steer, { out: inner, bias: 'no' })] : [],
  );
  const ordered = (tokens: readonly Tensor[]) =>
    stack(tokens.flatMap((t) => orders.map((order) => toOrder(t, order, options))));
  const y = scanStacked(
    ordered(projected.map(([x]) => x)),
    steering.length > 0 ? ordered(steering) : undefined,
    {
      paths: jobs.flatMap(({ params }) => orders.map((_, k) => ({ params, suffix: SUFFIXES[k] }))),
      sizes: { inner, states, rank, kernel },
    },
  );
  const perPath = split(y, { axis: 0, sizes: jobs.flatMap(() => orders.map(() => 1)) });
  return jobs.map(({ params }, j) => {
    const read = orders.map((order, k) => {
      const tokens = reshape(perPath[j * orders.length + k], projected[j][0].shape);
      return fromOrder(tokens, order, options);
    });
    const total = read.reduce((a, b) => add(a, b));
    const merged = merge === 'mean' ? mul(total, 1 / orders.length) : total;
    // The gate belongs to the token, not to the direction, so it is applied once.
    const gated = mul(merged, silu(projected[j][1]));
    const normed = norm === 'layer' ? layerNormLayer(params.scope('norm'), gated) : gated;
    return linearLayer(params.scope('out_proj'), normed, { out: width, bias: 'no' });
  });
}

/** One direction of one block. */
interface Path {
  readonly params: Params;
  readonly suffix: string;
}

/** Convolution, projections and scan of all paths at once. x [paths, b, length, inner] */
function scanStacked(
  x: Tensor,
  steer: Tensor | undefined,
  { paths, sizes }: { readonly paths: readonly Path[]; readonly sizes: Sizes },
): Tensor {
  const { inner, states, rank, kernel } = sizes;
  const [count, batch, length] = x.shape;
  const perPath = (
    name: (suffix: string) => string,
    shape: readonly number[],
    init?: Initializer,
  ) => stack(paths.map(({ params, suffix }) => params.get(name(suffix), shape, init)));
  const row = (t: Tensor) => reshape(t, [count, 1, 1, inner]);

  const conv = perPath((s) => `conv1d${s}.weight`, [inner, 1, kernel]);
  const convBias = perPath((s) => `conv1d${s}.bias`, [inner], defaultBiasInit(kernel));
  const taps = split(transpose(reshape(conv, [count, inner, kernel]), [2, 0, 1]), {
    axis: 0,
    sizes: new Array(kernel).fill(1),
  });
  const u = silu(causalConv(x, taps.map(row), { bias: row(convBias) }));

  const weights = perPath((s) => `x_proj${s}.weight`, [rank + 2 * states, inner]);
  const [low, B, C] = split(matmul(steer ?? u, perMatrix(weights)), {
    axis: 3,
    sizes: [rank, states, states],
  });
  const deltaWeight = stack(
    paths.map(({ params, suffix }) =>
      params.get(`dt_proj${suffix}.weight`, [inner, rank], deltaInit(suffix, rank)),
    ),
  );
  const deltaBias = stack(
    paths.map(({ params, suffix }) =>
      params.get(`dt_proj${suffix}.bias`, [inner], deltaBiasInit(suffix, rank)),
    ),
  );
  const delta = softplus(add(matmul(low, perMatrix(deltaWeight)), row(deltaBias)));

  const logA = perPath((s) => `A${s}_log`, [inner, states], mambaLogAInit);
  const A = expand(reshape(neg(exp(logA)), [count, 1, inner, states]), [
    count,
    batch,
    inner,
    states,
  ]);
  const timeFirst = (t: Tensor) =>
    reshape(transpose(t, [2, 0, 1, 3]), [length, count * batch, t.shape[3]]);
  const { y } = scanRows({
    delta: timeFirst(delta),
    drive: timeFirst(mul(delta, u)),
    A: reshape(A, [count * batch, inner, states]),
    B: timeFirst(B),
    C: timeFirst(C),
  });
  const back = transpose(reshape(y, [length, count, batch, inner]), [1, 2, 0, 3]);
  return add(back, mul(u, row(perPath((s) => `D${s}`, [inner], onesInit))));
}

/** [paths, out, in] for a product with [paths, b, length, in]. */
function perMatrix(weights: Tensor): Tensor {
  const [count, out, inputs] = weights.shape;
  return matrixTranspose(reshape(weights, [count, 1, out, inputs]));
}

/** The original sets only the first direction's time step up as Mamba does. */
const deltaInit = (suffix: string, rank: number) =>
  suffix === '' ? uniformInit(rank ** -0.5) : undefined;
const deltaBiasInit = (suffix: string, rank: number) =>
  suffix === '' ? mambaDeltaBiasInit : defaultBiasInit(rank);
