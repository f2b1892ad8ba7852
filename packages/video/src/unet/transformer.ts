/**
 * The transformer between ResNet blocks: attention within a picture (Rombach et al. 2022), or across
 * the frames of a clip (Wu et al. 2023, Tune-A-Video).
 */

import {
  add,
  attention,
  gather,
  gelu,
  int64s,
  mul,
  reshape,
  split,
  type Tensor,
  transpose,
  zerosInit,
} from '@bandweave/graph';
import { convLayer, layerNormLayer, linearLayer } from '@bandweave/nn';
import { groupNormLayer } from '../group-norm-layer.js';
import { below, type Flow, type Place, recomputed } from './flow.js';

/** Of the norm at the entrance, which sees each frame alone. */
const EPS = 1e-6;

/** A map [batch · frames, c, h, w] in and out, as a residual. */
export function transformer(place: Place, x: Tensor, flow: Flow, heads: number): Tensor {
  const [pictures, c, h, w] = x.shape;
  const { groups, projection } = flow.config;
  const inner = below(place, 'transformer_blocks.0');
  const whole = (t: Tensor, text: Tensor) => {
    const normed = groupNormLayer(place.params.scope('norm'), t, { groups, eps: EPS });
    const tokens = (s: Tensor) => transpose(reshape(s, [pictures, c, h * w]), [0, 2, 1]);
    const planes = (s: Tensor) => reshape(transpose(s, [0, 2, 1]), x.shape);
    const [entry, exit] = [place.params.scope('proj_in'), place.params.scope('proj_out')];
    if (projection === 'linear') {
      const within = linearLayer(entry, tokens(normed), { out: c });
      const out = block(inner, within, { flow, text, heads });
      return add(planes(linearLayer(exit, out, { out: c })), t);
    }
    const within = tokens(convLayer(entry, normed, { out: c, kernel: 1 }));
    const out = block(inner, within, { flow, text, heads });
    return add(convLayer(exit, planes(out), { out: c, kernel: 1 }), t);
  };
  const y = recomputed(flow, [x, flow.text], whole);
  flow.watch(place.path, y);
  return y;
}

interface BlockOptions {
  readonly flow: Flow;
  readonly text: Tensor;
  readonly heads: number;
}

/** Tokens [batch · frames, positions, c] in and out. */
function block(place: Place, tokens: Tensor, { flow, text, heads }: BlockOptions): Tensor {
  const { frames, watch } = flow;
  const norm = (name: string, t: Tensor) => layerNormLayer(place.params.scope(name), t);
  const step = (name: string, given: Tensor, f: (at: Place, t: Tensor) => Tensor) => {
    const at = below(place, name);
    watch(`${at.path}.in`, given);
    const out = f(at, given);
    watch(`${at.path}.out`, out);
    return out;
  };
  let x = tokens;
  x = add(
    x,
    step('attn1', norm('norm1', x), (at, t) => pictureAttention(at, t, { flow, heads })),
  );
  x = add(
    x,
    step('attn2', norm('norm2', x), (at, t) => textAttention(at, t, { flow, text, heads })),
  );
  x = add(x, step('ff', norm('norm3', x), feedForward));
  if (frames === undefined) return x;
  const turned = acrossTime(norm('norm_temp', x), flow);
  const moved = step('attn_temp', turned, (at, t) => timeAttention(at, t, { flow, heads }));
  return add(x, acrossSpace(moved, flow));
}

interface AttentionLayerOptions {
  readonly flow: Flow;
  readonly heads: number;
}

interface Projected {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
}

/** Queries of x, keys and values of `seen`, without bias. */
function project({ params }: Place, x: Tensor, seen: Tensor): Projected {
  const to = (name: string, t: Tensor) =>
    linearLayer(params.scope(name), t, { out: x.shape[2], bias: 'no' });
  return { q: to('to_q', x), k: to('to_k', seen), v: to('to_v', seen) };
}

function attend({ q, k, v }: Projected, { flow, heads }: AttentionLayerOptions): Tensor {
  const { attentionChunk: chunk } = flow;
  return attention(q, k, v, chunk === undefined ? { heads } : { heads, chunk });
}

const leave = ({ params }: Place, x: Tensor) =>
  linearLayer(params.scope('to_out.0'), x, { out: x.shape[2] });

/**
 * Within a picture; in a clip sparse and causal: a frame sees the first one and the one before it,
 * so the first sees itself twice.
 */
function pictureAttention(place: Place, x: Tensor, options: AttentionLayerOptions): Tensor {
  const { q, k, v } = project(place, x, x);
  const { batch, frames } = options.flow;
  if (frames === undefined) return leave(place, attend({ q, k, v }, options));
  const [pictures, positions, c] = x.shape;
  const seen = Array.from({ length: frames }, (_, i) => [0, Math.max(0, i - 1)]).flat();
  const both = (t: Tensor) => {
    const apart = reshape(t, [batch, frames, positions, c]);
    return reshape(gather(apart, int64s(seen), { axis: 1 }), [pictures, 2 * positions, c]);
  };
  return leave(place, attend({ q, k: both(k), v: both(v) }, options));
}

/** To the text: all frames of a clip together, which is the same as one by one. */
function textAttention(
  place: Place,
  x: Tensor,
  { text, ...options }: AttentionLayerOptions & { readonly text: Tensor },
): Tensor {
  const { batch } = options.flow;
  const c = x.shape[2];
  const { q, k, v } = project(place, x, text);
  const out = attend({ q: reshape(q, [batch, -1, c]), k, v }, options);
  return leave(place, reshape(out, x.shape));
}

/** Over the frames at each position; begins by adding nothing but its bias. */
function timeAttention(place: Place, x: Tensor, options: AttentionLayerOptions): Tensor {
  const out = attend(project(place, x, x), options);
  place.params.scope('to_out.0').get('weight', [x.shape[2], x.shape[2]], zerosInit);
  return leave(place, out);
}

/** GEGLU: half times the exact GELU of the other half, both four times as wide. Shazeer 2020. */
function feedForward({ params }: Place, x: Tensor): Tensor {
  const c = x.shape[2];
  const both = linearLayer(params.scope('net.0.proj'), x, { out: 8 * c });
  const [value, gate] = split(both, { axis: 2, sizes: [4 * c, 4 * c] });
  return linearLayer(params.scope('net.2'), mul(value, gelu(gate)), { out: c });
}

/** [batch · frames, positions, c] to [batch · positions, frames, c]. */
function acrossTime(x: Tensor, { batch, frames = 1 }: Flow): Tensor {
  const [, positions, c] = x.shape;
  const turned = transpose(reshape(x, [batch, frames, positions, c]), [0, 2, 1, 3]);
  return reshape(turned, [batch * positions, frames, c]);
}

/** The way back. */
function acrossSpace(x: Tensor, { batch, frames = 1 }: Flow): Tensor {
  const c = x.shape[2];
  const positions = x.shape[0] / batch;
  const turned = transpose(reshape(x, [batch, positions, frames, c]), [0, 2, 1, 3]);
  return reshape(turned, [batch * frames, positions, c]);
}
