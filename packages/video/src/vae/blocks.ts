/** The autoencoder's blocks, under the names of diffusers. */

import {
  add,
  attention,
  type Params,
  pad,
  reshape,
  resize,
  silu,
  type Tensor,
  transpose,
} from '@bandweave/graph';
import { convLayer, linearLayer } from '@bandweave/nn';
import { groupNormLayer } from '../group-norm-layer.js';

/** Of every norm in the autoencoder. */
export const EPS = 1e-6;

export const conv3 = (params: Params, x: Tensor, out: number) =>
  convLayer(params, x, { out, kernel: 3, padding: 1 });

/** x (through 1 x 1 where the width changes) + conv(silu(norm(conv(silu(norm(x)))))). */
export function resnet(
  params: Params,
  x: Tensor,
  { out, groups }: { readonly out: number; readonly groups: number },
): Tensor {
  const norm = (name: string, t: Tensor) =>
    silu(groupNormLayer(params.scope(name), t, { groups, eps: EPS }));
  const first = conv3(params.scope('conv1'), norm('norm1', x), out);
  const second = conv3(params.scope('conv2'), norm('norm2', first), out);
  const same = x.shape[1] === out;
  const short = same ? x : convLayer(params.scope('conv_shortcut'), x, { out, kernel: 1 });
  return add(short, second);
}

/** One head over all positions, as a residual. */
export function spatialAttention(
  params: Params,
  x: Tensor,
  { groups }: { readonly groups: number },
): Tensor {
  const [b, c, h, w] = x.shape;
  const normed = groupNormLayer(params.scope('group_norm'), x, { groups, eps: EPS });
  const tokens = transpose(reshape(normed, [b, c, h * w]), [0, 2, 1]);
  const project = (name: string, t: Tensor) => linearLayer(params.scope(name), t, { out: c });
  const [q, k, v] = ['query', 'key', 'value'].map((name) => project(name, tokens));
  const seen = project('proj_attn', attention(q, k, v));
  return add(x, reshape(transpose(seen, [0, 2, 1]), x.shape));
}

/** ResNet, attention, ResNet at the coarsest level. */
export function middle(params: Params, x: Tensor, groups: number): Tensor {
  const block = (i: number, t: Tensor) =>
    resnet(params.scope(`resnets.${i}`), t, { out: t.shape[1], groups });
  return block(1, spatialAttention(params.scope('attentions.0'), block(0, x), { groups }));
}

/** Half the size: zeros below and to the right only, then a stride of 2. */
export function shrink(params: Params, x: Tensor): Tensor {
  const padded = pad(x, [
    { axis: 2, after: 1 },
    { axis: 3, after: 1 },
  ]);
  return convLayer(params.scope('downsamplers.0.conv'), padded, {
    out: x.shape[1],
    kernel: 3,
    stride: 2,
  });
}

/** Twice the size: each sample four times, then 3 x 3. */
export function enlarge(params: Params, x: Tensor): Tensor {
  const size = [2 * x.shape[2], 2 * x.shape[3]] as const;
  return conv3(params.scope('upsamplers.0.conv'), resize(x, { size, mode: 'nearest' }), x.shape[1]);
}
