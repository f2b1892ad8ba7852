/** Sizes of SwinIR and how they are read off weights. */

import type { StateDict } from '@bandweave/graph';
import { shapeReader } from '../shape-reader.js';
import { shuffleScale } from '../super-resolution/parts.js';

/** How the image is enlarged at the end; `none` restores at the same size. */
export type SwinIrUpsampler = 'pixelshuffle' | 'pixelshuffledirect' | 'nearest+conv' | 'none';

export interface SwinIrConfig {
  readonly colors: number;
  readonly embed: number;
  /** Blocks of each residual group. */
  readonly depths: readonly number[];
  /** Heads of each residual group. */
  readonly heads: readonly number[];
  readonly window: number;
  readonly hidden: number;
  readonly upsampler: SwinIrUpsampler;
  readonly scale: number;
  /** What the image is multiplied by after its mean is taken off. */
  readonly range: number;
  /** One convolution at the end of a group, or three with a bottleneck. */
  readonly connection: '1conv' | '3conv';
  /** Group and block of those whose windows are shifted: every second one, as a rule. */
  readonly shifted: (group: number, block: number) => boolean;
}

/** The lightweight network of the paper is the default: 4 groups of 6 blocks, 60 features. */
export function swinIrConfig(given: Partial<SwinIrConfig> = {}): SwinIrConfig {
  const embed = given.embed ?? 60;
  return {
    colors: 3,
    embed,
    depths: [6, 6, 6, 6],
    heads: [6, 6, 6, 6],
    window: 8,
    hidden: 2 * embed,
    upsampler: 'pixelshuffledirect',
    scale: 2,
    range: 1,
    connection: '1conv',
    shifted: (_, block) => block % 2 === 1,
    ...given,
  };
}

/** @throws GraphError where they are weights of another network */
export function swinIrConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): SwinIrConfig {
  const shapeOf = shapeReader(weights, { file, network: 'SwinIR' });
  const [embed, colors] = shapeOf('conv_first.weight');
  const block = (g: number, k: number) => `layers.${g}.residual_group.blocks.${k}`;
  const depths: number[] = [];
  const heads: number[] = [];
  while (weights.has(`${block(depths.length, 0)}.norm1.weight`)) {
    const g = depths.length;
    let depth = 0;
    while (weights.has(`${block(g, depth)}.norm1.weight`)) depth += 1;
    depths.push(depth);
    heads.push(shapeOf(`${block(g, 0)}.attn.relative_position_bias_table`)[1]);
  }
  const [offsets] = shapeOf(`${block(0, 0)}.attn.relative_position_bias_table`);
  // Networks trained on windows as large as their pictures never shift: their files have no mask.
  const masks = [...weights.keys()].some((name) => name.endsWith('.attn_mask'));
  return {
    colors,
    embed,
    depths,
    heads,
    window: (Math.sqrt(offsets) + 1) / 2,
    hidden: shapeOf(`${block(0, 0)}.mlp.fc1.weight`)[0],
    ...upsamplerFrom(weights, colors),
    range: 1,
    connection: weights.has('conv_after_body.weight') ? '1conv' : '3conv',
    shifted: (g, k) => (masks ? weights.has(`${block(g, k)}.attn_mask`) : k % 2 === 1),
  };
}

function upsamplerFrom(
  weights: StateDict,
  colors: number,
): Pick<SwinIrConfig, 'upsampler' | 'scale'> {
  if (weights.has('conv_up1.weight')) {
    return { upsampler: 'nearest+conv', scale: weights.has('conv_up2.weight') ? 4 : 2 };
  }
  if (weights.has('conv_before_upsample.0.weight')) {
    return { upsampler: 'pixelshuffle', scale: shuffleScale(weights, 'upsample') };
  }
  const shape = weights.get('upsample.0.weight')?.shape;
  if (!shape) return { upsampler: 'none', scale: 1 };
  return { upsampler: 'pixelshuffledirect', scale: Math.round(Math.sqrt(shape[0] / colors)) };
}

/** The weights without what follows from the sizes: position indices and masks. */
export function swinIrWeights(weights: StateDict): StateDict {
  return new Map(
    [...weights].filter(([name]) => !/\.(relative_position_index|attn_mask)$/.test(name)),
  );
}
