/** SSDiff's blocks, under the names that its checkpoints use. */

import {
  add,
  attention,
  concat,
  groupNorm,
  leakyRelu,
  matmul,
  mul,
  onesInit,
  type Params,
  reshape,
  silu,
  softmax,
  stopGradient,
  type Tensor,
  transpose,
  zerosInit,
} from '@bandweave/graph';
import { convLayer, convTransposeLayer, layerNormLayer, linearLayer } from '@bandweave/nn';
import { HEAD } from './config.js';

/** SSDiff's two branches: of PAN, and of MS. */
export type BranchName = 'spatial' | 'spectral';

/** A convolution that begins as zero, so that its branch begins by changing nothing. */
export function zeroConv(params: Params, x: Tensor): Tensor {
  const channels = x.shape[1];
  params.get('weight', [channels, channels, 3, 3], zerosInit);
  params.get('bias', [channels], zerosInit);
  return convLayer(params, x, { out: channels, kernel: 3, padding: 1 });
}

/** The time's features as one number a channel [b, c, 1, 1]. */
export function timeShift(params: Params, emb: Tensor, channels: number): Tensor {
  const shift = linearLayer(params, silu(emb), { out: channels });
  return reshape(shift, [emb.shape[0], channels, 1, 1]);
}

/**
 * Alternating projection fusion: the spectral map x [b, c, h, w] seen through the spatial map's
 * likeness of positions, times the spatial map y seen through the spectral map's likeness of
 * channels; then a small perceptron. Both as residuals.
 */
export function projectionFusion(
  params: Params,
  x: Tensor,
  {
    y,
    kind,
    active,
  }: {
    readonly y: Tensor;
    readonly kind: 'projection' | 'concat';
    /** Only this branch gets gradients: those of the other end here. */
    readonly active?: BranchName;
  },
): Tensor {
  const [b, c, h, w] = x.shape;
  const tokens = (t: Tensor) => transpose(reshape(t, [b, c, h * w]), [0, 2, 1]);
  const own = params.scope('layers.0.0.fn');
  const start = tokens(active === 'spatial' ? stopGradient(x) : x);
  const norm = (t: Tensor) => layerNormLayer(own.scope('norm'), t);
  const [xn, yn] = [norm(start), norm(tokens(active === 'spectral' ? stopGradient(y) : y))];
  const both = () => linearLayer(own.scope('fn.joined'), concat([xn, yn], { axis: 2 }), { out: c });
  const mixed = add(
    start,
    kind === 'concat' ? both() : projections(own.scope('fn'), { xn, yn, active }),
  );

  const mlp = params.scope('layers.0.1.fn');
  const hidden = linearLayer(mlp.scope('fn.net.0'), layerNormLayer(mlp.scope('norm'), mixed), {
    out: c / 2,
  });
  const out = add(mixed, linearLayer(mlp.scope('fn.net.3'), leakyRelu(hidden), { out: c }));
  return reshape(transpose(out, [0, 2, 1]), x.shape);
}

/** Both projections' product, normalised tokens [b, l, c] in. */
function projections(
  params: Params,
  {
    xn,
    yn,
    active,
  }: { readonly xn: Tensor; readonly yn: Tensor; readonly active: BranchName | undefined },
): Tensor {
  const [b, length, c] = xn.shape;
  const heads = c / HEAD;
  const project = (name: string, t: Tensor) =>
    linearLayer(params.scope(name), t, { out: c, bias: 'no' });
  const [y1, y2] = [project('sa1', yn), project('sa2', yn)];
  const [x1, x2] = [project('se1', xn), project('se2', xn)];
  const held = (t: Tensor, by: BranchName) => (active === by ? stopGradient(t) : t);

  // A branch that is left alone is a constant factor of the product.
  const seen = attention(y1, y2, held(x1, 'spatial'), { heads, scale: 1 / 4 });
  const spatial = held(seen, 'spectral');
  const perHead = (t: Tensor) => reshape(t, [b, length, heads, HEAD]);
  const across = transpose(perHead(x1), [0, 2, 3, 1]); // [b, heads, 16, l]
  const along = (t: Tensor) => transpose(perHead(t), [0, 2, 1, 3]); // [b, heads, l, 16]
  // The scores of channels are sums over all positions: 16 / l keeps them of one size.
  const likeness = softmax(mul(matmul(across, along(x2)), HEAD / (4 * length)));
  const mixed = reshape(transpose(matmul(along(y1), likeness), [0, 2, 1, 3]), [b, length, c]);
  const spectral = held(mixed, 'spatial');
  return linearLayer(params.scope('to_out.0'), mul(spatial, spectral), { out: c });
}

/** y + what two convolutions, the time and a normalised third make of it. */
export function timeBlock(params: Params, y: Tensor, emb: Tensor): Tensor {
  const channels = y.shape[1];
  const conv = (name: string, t: Tensor, out: number) =>
    convLayer(params.scope(name), t, { out, kernel: 3, padding: 1 });
  const inner = conv('conv1', leakyRelu(conv('conv0', y, channels / 2)), channels);
  const timed = add(inner, timeShift(params.scope('emb_layers.1'), emb, channels));
  const norm = params.scope('out_layers.0');
  const normed = groupNorm(timed, {
    groups: 32,
    weight: norm.get('weight', [channels], onesInit),
    bias: norm.get('bias', [channels], zerosInit),
  });
  return add(y, zeroConv(params.scope('out_layers.3'), silu(normed)));
}

/** Half the size, twice the channels. */
export function down(params: Params, x: Tensor): Tensor {
  const c = x.shape[1];
  const half = leakyRelu(convLayer(params.scope('conv.0'), x, { out: c, kernel: 2, stride: 2 }));
  const wide = convLayer(params.scope('conv.2'), half, { out: 2 * c, kernel: 1 });
  const own = { out: 2 * c, kernel: 3, padding: 1, groups: 2 * c };
  return leakyRelu(convLayer(params.scope('conv.3'), wide, own));
}

/** Twice the size, half the channels, joined with what the way down left. */
export function up(params: Params, x: Tensor, skip: Tensor): Tensor {
  const out = x.shape[1] / 2;
  const wide = convTransposeLayer(params.scope('up1.0'), x, { out, kernel: 2, stride: 2 });
  const joined = add(leakyRelu(wide), skip);
  return leakyRelu(convLayer(params.scope('conv'), joined, { out, kernel: 3, padding: 1 }));
}
