/**
 * The Mamba block of vision networks: one input read in two or four orders, a selective scan with
 * weights of its own for each, their mean, a gate. Zhu et al. 2024, Vision Mamba; with a second
 * input that steers the scan: Peng et al. 2024, FusionMamba.
 */

import {
  add,
  concat,
  defaultBiasInit,
  exp,
  expand,
  GraphError,
  mambaDeltaBiasInit,
  mambaLogAInit,
  matmul,
  matrixTranspose,
  mul,
  neg,
  onesInit,
  type Params,
  reshape,
  silu,
  slice,
  softplus,
  split,
  stack,
  type Tensor,
  toStateLayout,
  transpose,
  uniformInit,
  zeros,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from './layers.js';
import { fromOrder, type Grid, type ScanOrder, toOrder } from './scan-order.js';
import { type Scanner, twoWayScan } from './two-way-scan.js';

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

/** What the parameters of an order bear behind their names. */
const SUFFIXES: Readonly<Record<ScanOrder, string>> = {
  rows: '',
  'rows-reversed': '_b',
  columns: '_c',
  'columns-reversed': '_d',
};

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
  const grid = { height: options.height, width: options.width, axis: 0 };
  const projected = jobs.map(({ params, x }) => {
    const both = linearLayer(params.scope('in_proj'), timeFirst(x), { out: 2 * inner, bias: 'no' });
    return split(both, { axis: 2, sizes: [inner, inner] });
  });
  const steering = jobs.flatMap(({ params, steer }) =>
    steer
      ? [linearLayer(params.scope('in_proj_b'), timeFirst(steer), { out: inner, bias: 'no' })]
      : [],
  );
  if (steering.length !== 0 && steering.length !== jobs.length) {
    throw new GraphError(
      `mambaBlocks: expected all blocks steered or none, got ${steering.length} of ${jobs.length}; scan them apart.`,
    );
  }
  const side = (tokens: readonly Tensor[]) => {
    const rows = stack(tokens, { axis: 1 }); // [l, jobs, b, inner]
    return directions === 'four' ? [rows, toOrder(rows, 'columns', grid)] : [rows];
  };
  const halves = directions === 'four' ? ['rows', 'columns'] : ['rows'];
  const path = (order: string): Path[] =>
    jobs.map(({ params }) => ({ params, suffix: SUFFIXES[order as ScanOrder] }));
  const y = scanPaths(side(projected.map(([x]) => x)), {
    steer: steering.length > 0 ? side(steering) : [],
    forward: halves.flatMap(path),
    reversed: halves.flatMap((order) => path(`${order}-reversed`)),
    sizes: { inner, states, rank, kernel },
  });
  const total = y.map((t, k) => fromOrder(t, halves[k] as ScanOrder, grid)).reduce(add);
  const merged = merge === 'mean' ? mul(total, 1 / (2 * halves.length)) : total;
  const perJob = split(merged, { axis: 1, sizes: jobs.map(() => 1) });
  return jobs.map(({ params }, j) => {
    const [x, gate] = projected[j];
    // The gate belongs to the token, not to the direction, so it is applied once.
    const gated = mul(reshape(perJob[j], x.shape), silu(gate));
    const normed = norm === 'layer' ? layerNormLayer(params.scope('norm'), gated) : gated;
    return timeFirst(linearLayer(params.scope('out_proj'), normed, { out: width, bias: 'no' }));
  });
}

/** [b, l, c] as [l, b, c] and back. */
const timeFirst = (t: Tensor) => transpose(t, [1, 0, 2]);

/** One direction of one block. */
interface Path {
  readonly params: Params;
  readonly suffix: string;
}

interface PathOptions {
  /** The paths that read from the beginning, and those that read the same from the end. */
  readonly forward: readonly Path[];
  readonly reversed: readonly Path[];
  readonly sizes: Sizes;
}

/**
 * Convolution, projections and scan of all paths over x, one [l, jobs, b, inner] an order, which may
 * be steered by others of that shape; gives the sum of forward and reversed results for each order.
 */
function scanPaths(
  x: readonly Tensor[],
  { steer, ...options }: PathOptions & { readonly steer: readonly Tensor[] },
): readonly Tensor[] {
  const { inner, kernel } = options.sizes;
  const [, jobs, batch] = x[0].shape;
  const count = 2 * x.length * jobs;
  const captures = pathWeights(batch, options);
  const { y } = twoWayScan(steer.length > 0 ? [x, steer] : [x], {
    states: [zeros([kernel - 1, count, batch, inner]), zeros(captures[4].shape)],
    captures,
    chunk: ([tail, h], [own, others], weights, run) => {
      const done = pathChunk({ tail, h, x: own, steer: others }, weights, {
        ...options.sizes,
        run,
      });
      return { states: [done.tail, done.h], y: done.y };
    },
  });
  return y;
}

/** What every chunk reads: the weights of all paths side by side. */
function pathWeights(batch: number, { forward, reversed, sizes }: PathOptions): readonly Tensor[] {
  const { inner, states, rank, kernel } = sizes;
  const paths = [...forward, ...reversed];
  const count = paths.length;
  const all = (get: (path: Path) => Tensor) => stack(paths.map(get));
  const conv = all(({ params, suffix }) =>
    params.get(`conv1d${suffix}.weight`, [inner, 1, kernel]),
  );
  const row = (t: Tensor) => reshape(t, [count, 1, inner]);
  const convBias = all(({ params, suffix }) =>
    params.get(`conv1d${suffix}.bias`, [inner], defaultBiasInit(kernel)),
  );
  const project = all(({ params, suffix }) =>
    params.get(`x_proj${suffix}.weight`, [rank + 2 * states, inner]),
  );
  const delta = all(({ params, suffix }) =>
    params.get(`dt_proj${suffix}.weight`, [inner, rank], deltaInit(suffix, rank)),
  );
  const deltaBias = all(({ params, suffix }) =>
    params.get(`dt_proj${suffix}.bias`, [inner], deltaBiasInit(suffix, rank)),
  );
  const logA = all(({ params, suffix }) =>
    params.get(`A${suffix}_log`, [inner, states], mambaLogAInit),
  );
  const A = expand(reshape(neg(exp(logA)), [count, 1, inner, states]), [
    count,
    batch,
    inner,
    states,
  ]);
  const D = all(({ params, suffix }) => params.get(`D${suffix}`, [inner], onesInit));
  const taps = transpose(reshape(conv, [count, 1, inner, kernel]), [3, 0, 1, 2]);
  return [
    row(convBias),
    matrixTranspose(project), // [count, inner, rank + 2·states]
    matrixTranspose(delta), // [count, rank, inner]
    row(deltaBias),
    toStateLayout(reshape(A, [count * batch, inner, states])),
    row(D),
    ...split(taps, { axis: 0, sizes: new Array(kernel).fill(1) }),
  ];
}

/** What is carried from chunk to chunk. */
interface State {
  /** The elements before the chunk that the convolution still sees [kernel - 1, count, b, inner] */
  readonly tail: Tensor;
  /** In the layout of states, of count·b groups of inner channels. */
  readonly h: Tensor;
}

interface Chunk extends State {
  /** [size, count, b, inner] */
  readonly x: Tensor;
  readonly steer?: Tensor | undefined;
}

function pathChunk(
  { tail, h, x, steer }: Chunk,
  weights: readonly Tensor[],
  { states, rank, kernel, run }: Sizes & { readonly run: Scanner },
) {
  const [convBias, project, deltaWeight, deltaBias, A, D, ...taps] = weights;
  const [size, count, batch, inner] = x.shape;
  const seen = concat([tail, x], { axis: 0 });
  const terms = Array.from({ length: kernel }, (_, i) =>
    mul(slice(seen, [{ axis: 0, start: i, stop: i + size }]), taps[i]),
  );
  const u = silu(
    add(
      terms.reduce((a, b) => add(a, b)),
      convBias,
    ),
  );
  // The second input goes in as it is, without convolution or activation.
  const byPath = reshape(transpose(steer ?? u, [1, 0, 2, 3]), [count, size * batch, inner]);
  const [low, B, C] = split(matmul(byPath, project), { axis: 2, sizes: [rank, states, states] });
  const steps = softplus(add(matmul(low, deltaWeight), deltaBias));
  const byTime = (t: Tensor) => {
    const [, , channels] = t.shape;
    const apart = transpose(reshape(t, [count, size, batch, channels]), [1, 0, 2, 3]);
    return reshape(apart, [size, count * batch, channels]);
  };
  const delta = byTime(steps);
  const drive = mul(delta, reshape(u, delta.shape));
  const { y, last } = run({ delta, drive, A, B: byTime(B), C: byTime(C) }, h);
  return {
    y: add(reshape(y, x.shape), mul(u, D)),
    h: last,
    tail: slice(seen, [{ axis: 0, start: size }]),
  };
}

/** The original sets only the first direction's time step up as Mamba does. */
const deltaInit = (suffix: string, rank: number) =>
  suffix === '' ? uniformInit(rank ** -0.5) : undefined;
const deltaBiasInit = (suffix: string, rank: number) =>
  suffix === '' ? mambaDeltaBiasInit : defaultBiasInit(rank);
