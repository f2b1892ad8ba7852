/** Losses that every network may be trained with, by name. */

import { abs, add, mean, mul, square, sub, type Tensor } from '@bandweave/graph';
import { hybridLoss } from './cmt/loss.js';
import { missingStructure } from './structure.js';

/**
 * Mean absolute difference; mean squared difference; the first with half of the share of local
 * structure that is missing; or CMT's: the absolute difference and a tenth each of the differences
 * of frequencies and of wavelet coefficients.
 */
export type DistanceName = 'l1' | 'l2' | 'l1-structure' | 'hybrid';

/** Weight of the structure that is missing beside the mean absolute difference. */
const STRUCTURE = 0.5;

/** How far [b, c, h, w] is from its target: one number. */
export function distance(name: DistanceName, prediction: Tensor, target: Tensor): Tensor {
  if (name === 'hybrid') return hybridLoss(prediction, target).loss;
  const difference = sub(prediction, target);
  if (name === 'l2') return mean(square(difference));
  const absolute = mean(abs(difference));
  if (name === 'l1') return absolute;
  return add(absolute, mul(missingStructure(prediction, target), STRUCTURE));
}
