/** Losses that every network may be trained with, by name. */

import { abs, mean, square, sub, type Tensor } from '@bandweave/graph';
import { hybridLoss } from './cmt/loss.js';

/**
 * Mean absolute difference, mean squared difference, or CMT's: the absolute difference and a tenth
 * each of the differences of frequencies and of wavelet coefficients.
 */
export type DistanceName = 'l1' | 'l2' | 'hybrid';

/** How far [b, c, h, w] is from its target: one number. */
export function distance(name: DistanceName, prediction: Tensor, target: Tensor): Tensor {
  if (name === 'hybrid') return hybridLoss(prediction, target).loss;
  const difference = sub(prediction, target);
  return mean(name === 'l1' ? abs(difference) : square(difference));
}
