/** ResNet blocks, and what changes the size of a map, under the names of diffusers. */

import { add, reshape, resize, silu, type Tensor } from '@bandweave/graph';
import { convLayer, linearLayer } from '@bandweave/nn';
import { groupNormLayer } from '../group-norm-layer.js';
import { shrink } from '../vae/blocks.js';
import { apart, below, type Flow, type Place, recomputed, together } from './flow.js';

/**
 * norm, SiLU, conv, + Linear(SiLU(time)), norm, SiLU, conv, + x. Convolutions run frame by frame;
 * the statistics of the norms are those of all frames of a clip together.
 */
export function resnet(place: Place, x: Tensor, flow: Flow, out: number): Tensor {
  const y = recomputed(flow, [x, flow.time], (t, time) => forward(place, t, { flow, time, out }));
  flow.watch(place.path, y);
  return y;
}

function forward(
  { params }: Place,
  x: Tensor,
  { flow, time, out }: { readonly flow: Flow; readonly time: Tensor; readonly out: number },
): Tensor {
  const { batch, frames = 1 } = flow;
  const norm = (name: string, t: Tensor) => activated(params.scope(name), t, flow);
  const conv = (name: string, t: Tensor) =>
    convLayer(params.scope(name), t, { out, kernel: 3, padding: 1 });
  const first = conv('conv1', norm('norm1', x));
  const shift = linearLayer(params.scope('time_emb_proj'), time, { out });
  const [h, w] = first.shape.slice(2);
  const shifted = add(
    reshape(first, [batch, frames, out, h * w]),
    reshape(shift, [batch, 1, out, 1]),
  );
  const second = conv('conv2', norm('norm2', reshape(shifted, [batch * frames, out, h, w])));
  if (x.shape[1] === out) return add(x, second);
  return add(convLayer(params.scope('conv_shortcut'), x, { out, kernel: 1 }), second);
}

/** SiLU of the group norm over all frames. */
export function activated(params: Place['params'], x: Tensor, flow: Flow): Tensor {
  const { groups, eps } = flow.config;
  return apart(silu(groupNormLayer(params, together(x, flow), { groups, eps })), flow);
}

/** Half the size, rounded up. */
export function downsample(place: Place, x: Tensor, { config }: Flow): Tensor {
  if (config.downPadding === 0) return shrink(place.params, x);
  const { params } = below(place, 'downsamplers.0.conv');
  return convLayer(params, x, { out: x.shape[1], kernel: 3, stride: 2, padding: 1 });
}

/** To the size of the map that it meets next: twice, or one less where that was odd. */
export function upsample(place: Place, x: Tensor, size: readonly [number, number]): Tensor {
  const { params } = below(place, 'upsamplers.0.conv');
  const large = resize(x, { size, mode: 'nearest' });
  return convLayer(params, large, { out: x.shape[1], kernel: 3, padding: 1 });
}
