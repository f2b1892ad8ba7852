/** Sizes of the autoencoder, read from the vae/config.json of diffusers. */

import { fieldsOf } from '../config-fields.js';

export interface VaeConfig {
  readonly colors: number;
  readonly latents: number;
  /** Channels of each level, finest first; the picture shrinks by 2 between levels. */
  readonly channels: readonly number[];
  /** ResNet blocks of a level in the encoder; the decoder has one more. */
  readonly layers: number;
  readonly groups: number;
  /** What latents are multiplied by before diffusion. */
  readonly scaling: number;
}

const DOWN = 'DownEncoderBlock2D';
const UP = 'UpDecoderBlock2D';

/** @throws InputError where it is another kind of autoencoder */
export function vaeConfig(json: unknown, { file = 'vae/config.json' } = {}): VaeConfig {
  const { count, counts, number, oneOf, every, plain } = fieldsOf(json, file);
  const channels = counts('block_out_channels', [64]);
  every(
    'down_block_types',
    channels.map(() => DOWN),
    [DOWN],
  );
  every(
    'up_block_types',
    channels.map(() => UP),
    [UP],
  );
  oneOf('act_fn', ['silu', 'swish'], 'silu');
  plain({ use_quant_conv: true, use_post_quant_conv: true, mid_block_add_attention: true });
  const colors = count('in_channels', 3);
  plain({ out_channels: colors });
  const groups = count('norm_num_groups', 32);
  return {
    colors,
    latents: count('latent_channels', 4),
    channels,
    layers: count('layers_per_block', 1),
    groups,
    scaling: number('scaling_factor', 0.18215),
  };
}

/** By how much the latent is smaller than the picture: 8 in Stable Diffusion. */
export const vaeFactor = ({ channels }: VaeConfig): number => 2 ** (channels.length - 1);
