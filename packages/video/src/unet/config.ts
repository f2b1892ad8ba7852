/** Sizes of the U-Net, read from the unet/config.json of diffusers, for pictures or for clips. */

import { fieldsOf } from '../config-fields.js';

export interface UNetConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Channels of each level, finest first. */
  readonly channels: readonly number[];
  /** Whether a level attends, on the way down and, in the same order of levels, on the way up. */
  readonly attends: readonly boolean[];
  readonly attendsUp: readonly boolean[];
  /** Heads of each level. diffusers calls this `attention_head_dim`. */
  readonly heads: readonly number[];
  /** ResNet blocks of a level on the way down; one more on the way up. */
  readonly layers: number;
  /** Width of the text's tokens. */
  readonly textWidth: number;
  readonly groups: number;
  /** Of the norms outside of transformers. */
  readonly eps: number;
  /** What leads into a transformer and out of it: 1 x 1 convolutions (1.x) or linear (2.x). */
  readonly projection: 'conv' | 'linear';
  /** Zeros around a map before its stride of 2; 0 pads below and to the right only. */
  readonly downPadding: number;
  /** Cosines before sines in the time's features. */
  readonly waves: 'cos-sin' | 'sin-cos';
  readonly frequencyShift: number;
}

/** Options of other models of diffusers, which would change what is computed. */
const PLAIN = {
  act_fn: 'silu',
  center_input_sample: false,
  class_embed_type: null,
  num_class_embeds: null,
  dual_cross_attention: false,
  only_cross_attention: false,
  mid_block_scale_factor: 1,
  resnet_time_scale_shift: 'default',
  time_embedding_type: 'positional',
  encoder_hid_dim: null,
  addition_embed_type: null,
  conv_in_kernel: 3,
  conv_out_kernel: 3,
  transformer_layers_per_block: 1,
  mid_block_only_cross_attention: null,
};

/** @throws InputError where it is a network of another kind */
export function unetConfig(json: unknown, { file = 'unet/config.json' } = {}): UNetConfig {
  const read = fieldsOf(json, file);
  const { count, counts, number, flag, given, wrong } = read;
  read.plain(PLAIN);
  const mid = given('mid_block_type', 'UNetMidBlock3DCrossAttn');
  if (!/^UNetMidBlock[23]DCrossAttn$/.test(String(mid))) {
    wrong('mid_block_type', 'UNetMidBlock2DCrossAttn');
  }
  const channels = counts('block_out_channels', [320, 640, 1280, 1280]);
  const levels = channels.length;
  const most = [...new Array<boolean>(levels - 1).fill(true), false];
  const attends = blocks(read, { name: 'down_block_types', way: 'Down', levels }) ?? most;
  const up = blocks(read, { name: 'up_block_types', way: 'Up', levels });
  const groups = count('norm_num_groups', 32);
  const uneven = channels.find((c) => c % groups !== 0);
  if (uneven !== undefined) wrong('norm_num_groups', `a divisor of ${uneven} channels`);
  const padding = number('downsample_padding', 1);
  if (padding !== 0 && padding !== 1) wrong('downsample_padding', '0 or 1');
  return {
    inChannels: count('in_channels', 4),
    outChannels: count('out_channels', 4),
    channels,
    attends,
    attendsUp: up ? [...up].reverse() : attends,
    heads: headsOf(read, channels),
    layers: count('layers_per_block', 2),
    textWidth: count('cross_attention_dim', 1280),
    groups,
    eps: number('norm_eps', 1e-5),
    projection: flag('use_linear_projection', false) ? 'linear' : 'conv',
    downPadding: padding,
    waves: flag('flip_sin_to_cos', true) ? 'cos-sin' : 'sin-cos',
    frequencyShift: number('freq_shift', 0),
  };
}

type Fields = ReturnType<typeof fieldsOf>;

function blocks(
  { given, wrong }: Fields,
  { name, way, levels }: { readonly name: string; readonly way: string; readonly levels: number },
): boolean[] | undefined {
  const types = given(name, undefined);
  if (types === undefined) return undefined;
  const known = new RegExp(`^(CrossAttn)?${way}Block[23]D$`);
  const fits = Array.isArray(types) && types.length === levels;
  if (!fits || !types.every((type) => known.test(String(type)))) {
    wrong(name, `${levels} of CrossAttn${way}Block2D and ${way}Block2D, or their 3D`);
  }
  return (types as string[]).map((type) => type.startsWith('CrossAttn'));
}

/** Of each level: `num_attention_heads` of newer files, or what was called `attention_head_dim`. */
function headsOf({ counts, count, given, has, wrong }: Fields, channels: readonly number[]) {
  const name = has('num_attention_heads') ? 'num_attention_heads' : 'attention_head_dim';
  const heads = Array.isArray(given(name, 8))
    ? counts(name, [])
    : channels.map(() => count(name, 8));
  if (heads.length !== channels.length || channels.some((c, i) => c % heads[i] !== 0)) {
    wrong(name, `numbers of heads that divide ${channels.join(', ')}`);
  }
  return heads;
}

/** A size that is a multiple of this halves evenly at every level: 8 in Stable Diffusion. */
export const unetFactor = ({ channels }: UNetConfig): number => 2 ** (channels.length - 1);
