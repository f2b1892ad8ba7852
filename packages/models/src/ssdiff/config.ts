/** SSDiff's configuration. Zhong et al. 2024, SSDiff: spatial-spectral integrated diffusion. */

import type { StateDict } from '@bandweave/graph';
import { shapeReader } from '../shape-reader.js';

export interface SsDiffConfig {
  readonly msBands: number;
  readonly panBands: number;
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
  /** 'concat' puts a linear layer over both branches in place of the projections: an ablation. */
  readonly fusion?: 'projection' | 'concat';
  /** 'none' leaves gains and low frequencies as they are: an ablation. */
  readonly modulation?: 'frequency' | 'none';
}

/** Channels at full resolution; a norm of 32 groups and fixed time layers allow no other. */
export const WIDTH = 32;
/** Width of the time's features, and of what is made of them. */
export const TIME_BASE = 128;
export const TIME_WIDTH = 512;
/** Channels of an attention head. */
export const HEAD = 16;

/**
 * Of the five stages: channels over `WIDTH`, the gain on the first half of the spectral channels,
 * and what is left of the spatial map's lowest frequencies.
 */
export const STAGES = [
  { widen: 1, gain: 1.2, low: 0.9 },
  { widen: 2, gain: 1.4, low: 0.6 },
  { widen: 4, gain: 1.6, low: 0.3 },
  { widen: 2, gain: 1.4, low: 0.6 },
  { widen: 1, gain: 1.2, low: 0.9 },
] as const;

/** What only the ablation without projections has. */
const JOINED = 'fusformer0.layers.0.0.fn.fn.joined.weight';

/** @throws GraphError where they are weights of another network */
export function ssDiffConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): SsDiffConfig {
  const shapeOf = shapeReader(weights, { file, network: 'SSDiff', axes: 4 });
  const [msBands] = shapeOf('to_hrms.2.weight');
  const [, seen] = shapeOf('conv_pan2x_t.weight');
  const [raised] = shapeOf('upsample.upsamle.0.weight');
  const ratio = Math.round(Math.sqrt(raised / msBands));
  const size = { msBands, panBands: seen - msBands, ratio };
  return weights.has(JOINED) ? { ...size, fusion: 'concat' } : size;
}

/** Tensors that published files hold and no path of the network looks at. */
const UNUSED =
  /^(raise_ms_dim|raise_pan_dim|conv_x_t|down\d\.maxpool_conv|up\d\.up0)\.|num_batches_tracked$/;

/** The tensors that the network looks at. */
export function usedBySsDiff(weights: StateDict): StateDict {
  return new Map([...weights].filter(([name]) => !UNUSED.test(name)));
}
