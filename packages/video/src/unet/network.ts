/**
 * Stable Diffusion's U-Net for pictures, and inflated to clips: convolutions run frame by frame, so
 * its published weights fit. Rombach et al. 2022; Wu et al. 2023 (Tune-A-Video). Parameters under
 * the names of diffusers.
 */

import {
  concat,
  constant,
  cos,
  mul,
  type Params,
  reshape,
  showShape,
  silu,
  sin,
  type Tensor,
  transpose,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { convLayer, linearLayer } from '@bandweave/nn';
import type { Watch } from '../vae/autoencoder.js';
import type { UNetConfig } from './config.js';
import { below, type Flow, type Place } from './flow.js';
import { activated, downsample, resnet, upsample } from './resnet.js';
import { transformer } from './transformer.js';

export interface UNetInputs {
  /** Pictures [b, c, h, w] or clips [b, c, frames, h, w], of any size from 1. */
  readonly sample: Tensor;
  /** The step of each [b], as float32. */
  readonly time: Tensor;
  /** [b, tokens, textWidth] */
  readonly text: Tensor;
}

export interface UNetOptions {
  /** 'blocks' computes every block again for its gradient: gradient checkpointing. */
  readonly recompute?: 'none' | 'blocks';
  /** Queries at a time where scores are stored: in training, not in inference. */
  readonly attentionChunk?: number;
  /** Sees what the parts give; maps are [b · frames, c, h, w]. */
  readonly watch?: Watch;
}

/** The predicted noise (or velocity), of the shape of `sample`. */
export function unet(
  config: UNetConfig,
  params: Params,
  inputs: UNetInputs,
  { recompute = 'none', attentionChunk, watch = () => {} }: UNetOptions = {},
): Tensor {
  checkInputs(config, inputs);
  const { sample, time, text } = inputs;
  const { channels } = config;
  const clip = sample.shape.length === 5;
  const batch = sample.shape[0];
  const frames = clip ? sample.shape[2] : undefined;
  const features = timeFeatures(config, params.scope('time_embedding'), time);
  watch('temb', features);
  const flow: Flow = {
    config,
    batch,
    frames,
    time: silu(features),
    text,
    watch,
    recompute,
    attentionChunk,
  };
  const top: Place = { params, path: '' };
  const conv = (name: string, t: Tensor, out: number) =>
    convLayer(params.scope(name), t, { out, kernel: 3, padding: 1 });
  const first = conv('conv_in', clip ? toPictures(sample) : sample, channels[0]);
  watch('conv_in', first);
  const skips = [first];
  let x = wayDown(top, first, { flow, skips });
  x = middle(below(top, 'mid_block'), x, flow);
  x = wayUp(top, x, { flow, skips });
  const out = conv(
    'conv_out',
    activated(params.scope('conv_norm_out'), x, flow),
    config.outChannels,
  );
  return clip ? toClips(out, batch) : out;
}

interface Way {
  readonly flow: Flow;
  /** Maps from the way down, the coarsest last. */
  readonly skips: Tensor[];
}

function wayDown(top: Place, first: Tensor, { flow, skips }: Way): Tensor {
  const { channels, layers, attends, heads } = flow.config;
  let x = first;
  for (const [level, out] of channels.entries()) {
    const block = below(top, `down_blocks.${level}`);
    for (let i = 0; i < layers; i++) {
      x = resnet(below(block, `resnets.${i}`), x, flow, out);
      if (attends[level]) x = transformer(below(block, `attentions.${i}`), x, flow, heads[level]);
      skips.push(x);
    }
    if (level < channels.length - 1) {
      x = downsample(block, x, flow);
      skips.push(x);
    }
    flow.watch(block.path, x);
  }
  return x;
}

function middle(block: Place, x: Tensor, flow: Flow): Tensor {
  const { channels, heads } = flow.config;
  const last = channels.length - 1;
  const first = resnet(below(block, 'resnets.0'), x, flow, channels[last]);
  const seen = transformer(below(block, 'attentions.0'), first, flow, heads[last]);
  const y = resnet(below(block, 'resnets.1'), seen, flow, channels[last]);
  flow.watch(block.path, y);
  return y;
}

function wayUp(top: Place, coarse: Tensor, { flow, skips }: Way): Tensor {
  const { channels, layers, attendsUp, heads } = flow.config;
  const levels = channels.length;
  let x = coarse;
  for (let i = 0; i < levels; i++) {
    const level = levels - 1 - i;
    const block = below(top, `up_blocks.${i}`);
    for (let k = 0; k <= layers; k++) {
      const met = concat([x, skips.pop()!], { axis: 1 });
      x = resnet(below(block, `resnets.${k}`), met, flow, channels[level]);
      if (attendsUp[level]) x = transformer(below(block, `attentions.${k}`), x, flow, heads[level]);
    }
    if (level > 0) {
      const [, , height, width] = skips[skips.length - 1].shape;
      x = upsample(block, x, [height, width]);
    }
    flow.watch(block.path, x);
  }
  return x;
}

/** Waves of the time at half the first width, and two layers over them: [b, 4 · width]. */
function timeFeatures(config: UNetConfig, params: Params, time: Tensor): Tensor {
  const { channels, waves, frequencyShift } = config;
  const half = Math.floor(channels[0] / 2);
  const speeds = Float32Array.from(
    { length: half },
    (_, i) => 1e4 ** (-i / (half - frequencyShift)),
  );
  const angles = mul(reshape(time, [-1, 1]), constant(speeds, [1, half], time.dtype));
  const parts = waves === 'cos-sin' ? [cos(angles), sin(angles)] : [sin(angles), cos(angles)];
  const out = 4 * channels[0];
  const hidden = silu(linearLayer(params.scope('linear_1'), concat(parts, { axis: 1 }), { out }));
  return linearLayer(params.scope('linear_2'), hidden, { out });
}

/** [b, c, frames, h, w] to [b · frames, c, h, w]. */
export function toPictures(x: Tensor): Tensor {
  const [b, c, frames, h, w] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3, 4]), [b * frames, c, h, w]);
}

/** The way back. */
export function toClips(x: Tensor, batch: number): Tensor {
  const [pictures, c, h, w] = x.shape;
  return transpose(reshape(x, [batch, pictures / batch, c, h, w]), [0, 2, 1, 3, 4]);
}

function checkInputs(
  { inChannels, textWidth }: UNetConfig,
  { sample, time, text }: UNetInputs,
): void {
  const [b, c] = sample.shape;
  const fits =
    (sample.shape.length === 4 || sample.shape.length === 5) &&
    c === inChannels &&
    showShape(time.shape) === showShape([b]) &&
    text.shape.length === 3 &&
    text.shape[0] === b &&
    text.shape[2] === textWidth;
  if (fits) return;
  const shown = [sample, time, text].map((t) => showShape(t.shape)).join(', ');
  throw new InputError(
    `unet: expected sample [b,${inChannels},(frames,)h,w], time [b] and text [b,tokens,${textWidth}], got ${shown}.`,
  );
}
