/** Which super-resolution network weights belong to, told by their names. */

import { GraphError, type Params, type StateDict, type Tensor } from '@bandweave/graph';
import { edsr, edsrConfigFrom } from '../edsr/index.js';
import { rcan, rcanConfigFrom } from '../rcan/index.js';
import { swinIr, swinIrConfigFrom, swinIrWeights } from '../swinir/index.js';

export interface SuperResolution {
  readonly name: 'edsr' | 'rcan' | 'swinir';
  readonly scale: number;
  readonly colors: number;
  /** What the network calls full range. */
  readonly fullRange: number;
  /** Sides of windows that it sorts pixels into; 1 where there are none. */
  readonly step: number;
  /**
   * Input pixels around an output's place that it depends on; missing where it depends on the
   * whole picture, or on what windows let through.
   */
  readonly reach?: number;
  /** The widest layer's features, by which memory is reckoned. */
  readonly features: number;
  /** The weights that it asks for. */
  readonly weights: StateDict;
  /** [b, colors, h, w] to [b, colors, scale h, scale w]. */
  build(params: Params, image: Tensor): Tensor;
}

/** @throws GraphError where they belong to none that is known */
export function openSuperResolution(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): SuperResolution {
  if (weights.has('conv_first.weight') && weights.has('patch_embed.norm.weight')) {
    const config = swinIrConfigFrom(weights, { file });
    return {
      name: 'swinir',
      scale: config.scale,
      colors: config.colors,
      fullRange: 1,
      step: config.window,
      features: Math.max(config.embed * 4, 64),
      weights: swinIrWeights(weights),
      build: (params, image) => swinIr(config, params, image),
    };
  }
  if (weights.has('body.0.body.0.body.3.conv_du.0.weight')) {
    const config = rcanConfigFrom(weights, { file });
    const { scale, colors, features } = config;
    const build = (params: Params, image: Tensor) => rcan(config, params, image);
    return { name: 'rcan', scale, colors, fullRange: 255, step: 1, features, weights, build };
  }
  if (weights.has('head.0.weight') && weights.has('body.0.body.0.weight')) {
    const config = edsrConfigFrom(weights, { file });
    const { scale, colors, features, blocks } = config;
    const build = (params: Params, image: Tensor) => edsr(config, params, image);
    // 3 x 3 convolutions: first, two a block, the body's last, and about two after enlarging.
    const reach = 2 * blocks + 4;
    return {
      name: 'edsr',
      scale,
      colors,
      fullRange: 255,
      step: 1,
      reach,
      features,
      weights,
      build,
    };
  }
  throw new GraphError(
    `${file}: expected weights of EDSR, RCAN or SwinIR, got others; choose a file of one of them.`,
  );
}
