/**
 * The Video Generation Transformer of APLA (Yao et al. 2023): looks at the noisy latent itself and
 * gives a small perturbation that is added to the predicted noise. No code of it is public: the
 * layers are our reading, "decoder-only" taken as attention over frames that never looks ahead.
 */

import {
  add,
  attention,
  constant,
  conv3d,
  defaultBiasInit,
  gelu,
  mul,
  type Params,
  padZeros,
  reshape,
  silu,
  slice,
  split,
  type Tensor,
  transpose,
  zerosInit,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from '@bandweave/nn';
import { causalMask } from '../clip/text-encoder.js';
import { groupNormLayer } from '../group-norm-layer.js';
import type { VgtConfig } from './config.js';

/** Tokens [b, frames, positions, dim] on a grid of positions. */
interface Grid {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
}

/** The perturbation of a latent [b, c, frames, h, w], of its shape; zero before any training. */
export function vgt(config: VgtConfig, params: Params, latent: Tensor): Tensor {
  const { dim, patch, layers, scale, latents } = config;
  const [b, , frames, h, w] = latent.shape;
  const grid = { frames, rows: Math.ceil(h / patch), columns: Math.ceil(w / patch) };
  const area = latents * patch ** 2;
  const embedded = linearLayer(params.scope('embed'), patches(latent, grid, patch), { out: dim });
  let x = add(embedded, positionCodes(grid, dim, latent.dtype));
  for (let i = 0; i < layers; i++) x = block(config, params.scope(`blocks.${i}`), x, grid);
  const head = params.scope('head');
  head.get('weight', [area, dim], zerosInit);
  head.get('bias', [area], zerosInit);
  const out = linearLayer(head, layerNormLayer(params.scope('ln'), x), { out: area });
  const { rows, columns } = grid;
  const whole = reshape(
    transpose(
      reshape(out, [b, frames, rows, columns, latents, patch, patch]),
      [0, 4, 1, 2, 5, 3, 6],
    ),
    [b, latents, frames, rows * patch, columns * patch],
  );
  const kept = slice(whole, [
    { axis: 3, stop: h },
    { axis: 4, stop: w },
  ]);
  return mul(kept, scale);
}

/** [b, frames, positions, c · p · p]; what is left over at the edge is filled up with zeros. */
function patches(latent: Tensor, { frames, rows, columns }: Grid, p: number): Tensor {
  const [b, c, , h, w] = latent.shape;
  const after = [0, 0, 0, rows * p - h, columns * p - w];
  const whole = after.some((n) => n > 0) ? padZeros(latent, [0, 0, 0, 0, 0], after) : latent;
  const cut = reshape(whole, [b, c, frames, rows, p, columns, p]);
  return reshape(transpose(cut, [0, 2, 3, 5, 1, 4, 6]), [b, frames, rows * columns, c * p * p]);
}

/** Sine and cosine codes of row, column and frame, [1, frames, positions, dim]. */
function positionCodes(
  { frames, rows, columns }: Grid,
  dim: number,
  dtype: Tensor['dtype'],
): Tensor {
  const positions = rows * columns;
  const code = (at: number, k: number, width: number) => {
    const half = width / 2;
    const angle = at * 1e4 ** (-(k % half) / half);
    return k < half ? Math.sin(angle) : Math.cos(angle);
  };
  const values = Float64Array.from({ length: frames * positions * dim }, (_, i) => {
    const k = i % dim;
    const position = Math.floor(i / dim) % positions;
    const frame = Math.floor(i / (dim * positions));
    const half = dim / 2;
    const place =
      k < half
        ? code(Math.floor(position / columns), k, half)
        : code(position % columns, k - half, half);
    return place + code(frame, k, dim);
  });
  return constant(values, [1, frames, positions, dim], dtype);
}

/** Each part as a residual: convolution (hyper only), over frames, over positions, perceptron. */
function block(config: VgtConfig, params: Params, tokens: Tensor, grid: Grid): Tensor {
  const { dim, heads, variant, groups } = config;
  const [b, frames, positions] = tokens.shape;
  let x = tokens;
  if (variant === 'hyper') x = add(x, convolved(params, x, { grid, groups }));
  const turned = (t: Tensor) => transpose(t, [0, 2, 1, 3]);
  const first = turned(layerNormLayer(params.scope('ln1'), x));
  const overTime = selfAttention(
    params.scope('attn_t'),
    reshape(first, [b * positions, frames, dim]),
    { heads, mask: causalMask(frames) },
  );
  x = add(x, turned(reshape(overTime, [b, positions, frames, dim])));
  const second = reshape(layerNormLayer(params.scope('ln2'), x), [b * frames, positions, dim]);
  x = add(x, reshape(selfAttention(params.scope('attn_s'), second, { heads }), x.shape));
  const wide = linearLayer(params.scope('fc1'), layerNormLayer(params.scope('ln3'), x), {
    out: 4 * dim,
  });
  return add(x, linearLayer(params.scope('fc2'), gelu(wide), { out: dim }));
}

/** A 3 x 3 x 3 convolution of the activated norm, on the grid of tokens. */
function convolved(
  params: Params,
  x: Tensor,
  { grid, groups }: { readonly grid: Grid; readonly groups: number },
): Tensor {
  const [b, frames, , dim] = x.shape;
  const { rows, columns } = grid;
  const planes = transpose(reshape(x, [b, frames, rows, columns, dim]), [0, 4, 1, 2, 3]);
  const active = silu(groupNormLayer(params.scope('gn'), planes, { groups, eps: 1e-5 }));
  const conv = params.scope('conv');
  const weight = conv.get('weight', [dim, dim, 3, 3, 3]);
  const bias = conv.get('bias', [dim], defaultBiasInit(27 * dim));
  const out = conv3d(active, weight, { padding: 1, bias });
  return reshape(transpose(out, [0, 2, 3, 4, 1]), x.shape);
}

function selfAttention(
  params: Params,
  x: Tensor,
  { heads, mask }: { readonly heads: number; readonly mask?: Tensor },
): Tensor {
  const dim = x.shape[2];
  const both = linearLayer(params.scope('qkv'), x, { out: 3 * dim });
  const [q, k, v] = split(both, { axis: 2, sizes: [dim, dim, dim] });
  return linearLayer(params.scope('proj'), attention(q, k, v, { heads, mask }), { out: dim });
}
