/** What every block of the U-Net needs to know, and the two forms that a clip has in it. */

import { checkpoint, type Params, reshape, type Tensor, transpose } from '@bandweave/graph';
import type { Watch } from '../vae/autoencoder.js';
import type { UNetConfig } from './config.js';

export interface Flow {
  readonly config: UNetConfig;
  readonly batch: number;
  /** Frames of a clip; none where pictures are looked at one by one. */
  readonly frames: number | undefined;
  /** SiLU of the time's features [batch, 4 · channels]. */
  readonly time: Tensor;
  /** [batch, tokens, textWidth] */
  readonly text: Tensor;
  readonly watch: Watch;
  /** 'blocks' keeps nothing inside of a block between the passes of training. */
  readonly recompute: 'none' | 'blocks';
  /** Queries at a time where scores are stored, in training. */
  readonly attentionChunk: number | undefined;
}

/** A block of parameters with the name that it is watched under. */
export interface Place {
  readonly params: Params;
  readonly path: string;
}

export const below = ({ params, path }: Place, name: string): Place => ({
  params: params.scope(name),
  path: path === '' ? name : `${path}.${name}`,
});

/** Frames of each clip in one axis: [batch · frames, c, h, w] to [batch, c, frames · h, w]. */
export function together(x: Tensor, { batch, frames = 1 }: Flow): Tensor {
  if (frames === 1) return x;
  const [, c, h, w] = x.shape;
  const apart = transpose(reshape(x, [batch, frames, c, h * w]), [0, 2, 1, 3]);
  return reshape(apart, [batch, c, frames * h, w]);
}

/** The way back. */
export function apart(x: Tensor, { batch, frames = 1 }: Flow): Tensor {
  if (frames === 1) return x;
  const [, c, tall, w] = x.shape;
  const h = tall / frames;
  const turned = transpose(reshape(x, [batch, c, frames, h * w]), [0, 2, 1, 3]);
  return reshape(turned, [batch * frames, c, h, w]);
}

/** A block that may be computed again for its gradient. */
export function recomputed(
  { recompute }: Flow,
  inputs: readonly Tensor[],
  block: (...inputs: Tensor[]) => Tensor,
): Tensor {
  return recompute === 'blocks' ? checkpoint(block, inputs)[0] : block(...inputs);
}
