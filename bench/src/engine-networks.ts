/** The networks that are timed, here and in peers/engine_peer.py alike. */

import {
  abs,
  add,
  causalConv,
  constantInit,
  conv2d,
  createParams,
  defaultBiasInit,
  exp,
  gelu,
  input,
  layerNorm,
  linear,
  mambaDeltaBiasInit,
  mambaLogAInit,
  matmul,
  matrixTranspose,
  mean,
  mul,
  neg,
  onesInit,
  type Params,
  relu,
  reshape,
  selectiveScan,
  silu,
  slice,
  softmax,
  split,
  sub,
  type Tensor,
  transpose,
  zerosInit,
} from '@bandweave/graph';

export interface Network {
  readonly params: Params;
  readonly x: Tensor;
  readonly out: Tensor;
  /** Mean absolute difference from an input `y`. */
  readonly loss: Tensor;
}

/** Shape of the input, which is that of the output, and the function between them. */
interface Definition {
  readonly shape: readonly number[];
  readonly network: (params: Params, x: Tensor) => Tensor;
}

function conv(params: Params, x: Tensor, out: number): Tensor {
  const channels = x.shape[1];
  return conv2d(x, params.get('weight', [out, channels, 3, 3]), {
    bias: params.get('bias', [out], defaultBiasInit(channels * 9)),
    padding: 1,
  });
}

function dense(params: Params, x: Tensor, out: number): Tensor {
  const inputs = x.shape[x.shape.length - 1];
  const bias = params.get('bias', [out], defaultBiasInit(inputs));
  return linear(x, params.get('weight', [out, inputs]), { bias });
}

function norm(params: Params, x: Tensor): Tensor {
  const channels = x.shape[x.shape.length - 1];
  const bias = params.get('bias', [channels], zerosInit);
  return layerNorm(x, params.get('weight', [channels], onesInit), { bias });
}

/** Convolutions: one into `width` channels, residual pairs, one back. */
const residual =
  (layers: number, width: number) =>
  (params: Params, x: Tensor): Tensor => {
    let h = relu(conv(params.scope('head'), x, width));
    for (let i = 0; i < (layers - 2) / 2; i++) {
      const inner = relu(conv(params.scope(`block${i}.conv1`), h, width));
      h = add(h, conv(params.scope(`block${i}.conv2`), inner, width));
    }
    return conv(params.scope('tail'), h, x.shape[1]);
  };

const HEADS = 4;
const WINDOW = 8;

/** [b, h, w, c] to windows [b·n, 64, c] and back. */
function toWindows(x: Tensor): Tensor {
  const [b, h, w, c] = x.shape;
  const grid = reshape(x, [b, h / WINDOW, WINDOW, w / WINDOW, WINDOW, c]);
  return reshape(transpose(grid, [0, 1, 3, 2, 4, 5]), [-1, WINDOW * WINDOW, c]);
}

function fromWindows(x: Tensor, [b, h, w, c]: readonly number[]): Tensor {
  const grid = reshape(x, [b, h / WINDOW, w / WINDOW, WINDOW, WINDOW, c]);
  return reshape(transpose(grid, [0, 1, 3, 2, 4, 5]), [b, h, w, c]);
}

/** Attention within windows of 8 x 8 and an MLP, each after a layer norm and beside a skip. */
function windowAttention(params: Params, x: Tensor): Tensor {
  const c = x.shape[3];
  const tokens = toWindows(norm(params.scope('norm1'), x));
  const [n, t] = tokens.shape;
  const qkv = reshape(dense(params.scope('qkv'), tokens, 3 * c), [n, t, 3, HEADS, c / HEADS]);
  const parts = split(transpose(qkv, [2, 0, 3, 1, 4]), { axis: 0, sizes: [1, 1, 1] });
  const [q, k, v] = parts.map((p) => reshape(p, [n, HEADS, t, c / HEADS]));
  const scores = matmul(mul(q, 1 / Math.sqrt(c / HEADS)), matrixTranspose(k));
  const mixed = reshape(transpose(matmul(softmax(scores), v), [0, 2, 1, 3]), [n, t, c]);
  const h = add(x, fromWindows(dense(params.scope('proj'), mixed, c), x.shape));
  const wide = gelu(dense(params.scope('fc1'), norm(params.scope('norm2'), h), 4 * c));
  return add(h, dense(params.scope('fc2'), wide, c));
}

const STATES = 16;
const TAPS = 4;

/** Mamba's block: projection, causal convolution, selective scan, gate, projection; a skip. */
function scanBlock(params: Params, x: Tensor): Tensor {
  const [b, length, model] = x.shape;
  const wide = 2 * model;
  const rank = Math.ceil(model / 16);
  const both = dense(params.scope('in_proj'), norm(params.scope('norm'), x), 2 * wide);
  const [main, gate] = split(both, { axis: 2, sizes: [wide, wide] });
  const kernel = params.get('conv.weight', [wide, TAPS]);
  const taps = Array.from({ length: TAPS }, (_, i) =>
    reshape(slice(kernel, [{ axis: 1, start: i, stop: i + 1 }]), [wide]),
  );
  const bias = params.get('conv.bias', [wide], defaultBiasInit(TAPS));
  const u = silu(causalConv(main, taps, { bias }));
  const mixed = linear(u, params.get('x_proj.weight', [rank + 2 * STATES, wide]));
  const [low, B, C] = split(mixed, { axis: 2, sizes: [rank, STATES, STATES] });
  const delta = linear(low, params.get('dt_proj.weight', [wide, rank]));
  const timeLast = (t: Tensor) => transpose(t, [0, 2, 1]);
  const { y } = selectiveScan(timeLast(u), timeLast(delta), {
    A: neg(exp(params.get('A_log', [wide, STATES], mambaLogAInit))),
    B: timeLast(B),
    C: timeLast(C),
    D: params.get('D', [wide], constantInit(1)),
    z: timeLast(gate),
    deltaBias: params.get('dt_proj.bias', [wide], mambaDeltaBiasInit),
  });
  return add(reshape(dense(params.scope('out_proj'), timeLast(y), model), [b, length, model]), x);
}

export const CASES = {
  residual: { shape: [16, 8, 64, 64], network: residual(16, 32) },
  window: { shape: [4, 64, 64, 64], network: windowAttention },
  scan: { shape: [2, 1024, 64], network: scanBlock },
  /** Small, for comparing loss curves. */
  curve: { shape: [4, 4, 32, 32], network: residual(6, 16) },
} satisfies Record<string, Definition>;

export type CaseName = keyof typeof CASES;

/** Traces one of them over parameters of its own or those given. */
export function traceCase(name: CaseName, params: Params = createParams({ seed: 7 })): Network {
  const { shape, network }: Definition = CASES[name];
  const x = input('x', shape);
  const out = network(params, x);
  return { params, x, out, loss: mean(abs(sub(out, input('y', shape)))) };
}
