/** APLA's hyper-loss: squares, absolute values, perception, and the discriminator. Our reading. */

import { abs, add, mean, mul, type Params, square, sub, type Tensor } from '@bandweave/graph';
import {
  type DiscriminatorConfig,
  discriminator,
  foolingLoss,
  perceptualLoss,
} from './discriminator.js';

export interface LossWeights {
  readonly mse: number;
  readonly l1: number;
  readonly perceptual: number;
  readonly adversarial: number;
}

/** The weights of the paper are not known; these are ours. */
export const HYPER_LOSS: LossWeights = { mse: 1, l1: 0.1, perceptual: 0.05, adversarial: 0.01 };
/** Tune-A-Video's: squares alone. */
export const PLAIN_LOSS: LossWeights = { mse: 1, l1: 0, perceptual: 0, adversarial: 0 };

export interface GeneratorLoss {
  readonly total: Tensor;
  /** Each part without its weight; parts of weight 0 are left out. */
  readonly parts: Readonly<Partial<Record<keyof LossWeights, Tensor>>>;
}

export interface GeneratorLossOptions {
  readonly weights: LossWeights;
  /** Parameters of the discriminator, where a weight asks for it. */
  readonly judge: Params;
  readonly widths?: DiscriminatorConfig;
}

/** Of predicted against true noise, both [b, c, frames, h, w]. */
export function generatorLoss(
  predicted: Tensor,
  noise: Tensor,
  { weights, judge, widths }: GeneratorLossOptions,
): GeneratorLoss {
  const parts: Partial<Record<keyof LossWeights, Tensor>> = {};
  const apart = sub(predicted, noise);
  if (weights.mse > 0) parts.mse = mean(square(apart));
  if (weights.l1 > 0) parts.l1 = mean(abs(apart));
  if (weights.perceptual > 0 || weights.adversarial > 0) {
    const fake = discriminator(judge, predicted, widths);
    if (weights.perceptual > 0) {
      parts.perceptual = perceptualLoss(fake, discriminator(judge, noise, widths));
    }
    if (weights.adversarial > 0) parts.adversarial = foolingLoss(fake);
  }
  const weighted = Object.entries(parts).map(([name, t]) =>
    mul(t, weights[name as keyof LossWeights]),
  );
  return { total: weighted.reduce((a, b) => add(a, b)), parts };
}
