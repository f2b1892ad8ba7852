/** What EDSR, RCAN and SwinIR share: the mean of their training pictures, pixel shuffle. */

import {
  conv2d,
  GraphError,
  type Params,
  pixelShuffle,
  type StateDict,
  type Tensor,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import { interpolatingInit } from './initial-values.js';

/** Mean red, green and blue of DIV2K, from 0 to 1. */
export const PICTURE_MEAN: readonly number[] = [0.4488, 0.4371, 0.404];

/**
 * The picture mean times 255 taken off (-1) or put on (1): a 1 x 1 convolution that is stored with
 * the weights, as published, and never trained.
 */
export function meanShift(params: Params, x: Tensor, sign: 1 | -1): Tensor {
  const colors = x.shape[1];
  const weight = params.buffer('weight', [colors, colors, 1, 1], () =>
    Float32Array.from({ length: colors ** 2 }, (_, i) => (i % (colors + 1) === 0 ? 1 : 0)),
  );
  const bias = params.buffer('bias', [colors], () =>
    Float32Array.from({ length: colors }, (_, c) => sign * 255 * (PICTURE_MEAN[c] ?? 0)),
  );
  return conv2d(x, weight, { bias });
}

/** Enlargements one after another: 3 alone, or twos. */
function steps(scale: number): readonly number[] {
  if (scale === 3) return [3];
  const twos = Math.log2(scale);
  if (Number.isInteger(twos) && twos >= 0) return new Array<number>(twos).fill(2);
  throw new GraphError(
    `upsampler: expected a scale of 3 or a power of two, got ${scale}; choose one of those.`,
  );
}

/**
 * 3 x 3 convolutions to r² times the features, each shuffled; layers 0, 2, 4, ... by name. As many
 * features as `carried` says begin by being interpolated.
 */
export function shuffleUpsampler(
  params: Params,
  x: Tensor,
  { scale, carried = 0 }: { readonly scale: number; readonly carried?: number },
): Tensor {
  const features = x.shape[1];
  return steps(scale).reduce((y, ratio, k) => {
    const init = interpolatingInit({ colors: carried, ratio });
    const options = { out: features * ratio ** 2, kernel: 3, padding: 1, init };
    return pixelShuffle(convLayer(params.scope(`${2 * k}`), y, options), { ratio });
  }, x);
}

/** The scale of such an upsampler from its weights. */
export function shuffleScale(weights: StateDict, prefix: string): number {
  let scale = 1;
  for (let k = 0; ; k += 2) {
    const shape = weights.get(`${prefix}.${k}.weight`)?.shape;
    if (shape?.length !== 4) return scale;
    scale *= Math.round(Math.sqrt(shape[0] / shape[1]));
  }
}
