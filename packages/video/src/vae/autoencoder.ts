/**
 * Stable Diffusion's autoencoder: pictures in -1..1 to latents an eighth as large and back.
 * Rombach et al. 2022; parameters under the names of diffusers.
 */

import { add, clamp, exp, mul, type Params, silu, split, type Tensor } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { convLayer } from '@bandweave/nn';
import { groupNormLayer } from '../group-norm-layer.js';
import { conv3, EPS, enlarge, middle, resnet, shrink } from './blocks.js';
import { type VaeConfig, vaeFactor } from './config.js';

/** Sees what a part of a network gives, by the part's name. */
export type Watch = (part: string, x: Tensor) => void;

export interface Posterior {
  /** [b, latents, h / factor, w / factor] */
  readonly mean: Tensor;
  /** Logarithm of the variance, kept within -30..20. */
  readonly logVariance: Tensor;
  /** exp(logVariance / 2) */
  readonly deviation: Tensor;
}

/**
 * The distribution of a picture's latent; pictures [b, colors, h, w]. What is left over of a size that
 * the factor does not divide is dropped: the latent is floor(h / factor) high.
 */
export function vaeEncode(
  config: VaeConfig,
  params: Params,
  picture: Tensor,
  watch: Watch = () => {},
): Posterior {
  const factor = vaeFactor(config);
  const [, colors, height, width] = picture.shape;
  if (colors !== config.colors || height < factor || width < factor) {
    throw new InputError(
      `vaeEncode: expected [b,${config.colors},h,w] of at least ${factor} each way, got [${picture.shape}]; resize the picture.`,
    );
  }
  const { channels, layers, groups, latents } = config;
  const encoder = params.scope('encoder');
  let x = conv3(encoder.scope('conv_in'), picture, channels[0]);
  watch('conv_in', x);
  for (const [level, out] of channels.entries()) {
    const block = encoder.scope(`down_blocks.${level}`);
    for (let i = 0; i < layers; i++) x = resnet(block.scope(`resnets.${i}`), x, { out, groups });
    if (level < channels.length - 1) x = shrink(block, x);
    watch(`down${level}`, x);
  }
  x = middle(encoder.scope('mid_block'), x, groups);
  watch('mid', x);
  const normed = groupNormLayer(encoder.scope('conv_norm_out'), x, { groups, eps: EPS });
  const moments = conv3(encoder.scope('conv_out'), silu(normed), 2 * latents);
  const both = convLayer(params.scope('quant_conv'), moments, { out: 2 * latents, kernel: 1 });
  const [mean, raw] = split(both, { axis: 1, sizes: [latents, latents] });
  const logVariance = clamp(raw, -30, 20);
  return { mean, logVariance, deviation: exp(mul(logVariance, 0.5)) };
}

/** mean + deviation · noise */
export const samplePosterior = ({ mean, deviation }: Posterior, noise: Tensor): Tensor =>
  add(mean, mul(deviation, noise));

/** The picture of a latent [b, latents, h, w], in about -1..1, not clamped. */
export function vaeDecode(
  config: VaeConfig,
  params: Params,
  latent: Tensor,
  watch: Watch = () => {},
): Tensor {
  const { channels, layers, groups, colors, latents } = config;
  const decoder = params.scope('decoder');
  const spread = convLayer(params.scope('post_quant_conv'), latent, { out: latents, kernel: 1 });
  let x = conv3(decoder.scope('conv_in'), spread, channels[channels.length - 1]);
  x = middle(decoder.scope('mid_block'), x, groups);
  watch('mid', x);
  for (const [level, out] of [...channels].reverse().entries()) {
    const block = decoder.scope(`up_blocks.${level}`);
    for (let i = 0; i <= layers; i++) x = resnet(block.scope(`resnets.${i}`), x, { out, groups });
    if (level < channels.length - 1) x = enlarge(block, x);
    watch(`up${level}`, x);
  }
  const normed = groupNormLayer(decoder.scope('conv_norm_out'), x, { groups, eps: EPS });
  return conv3(decoder.scope('conv_out'), silu(normed), colors);
}
