/** How a network is trained: everything but the data. Times are in epochs, as papers state them. */

import type { DistanceName } from './distance.js';

/** Rates by epoch. */
export type RecipeSchedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  /** Half a cosine over all epochs. */
  | { readonly kind: 'cosine'; readonly min: number }
  /** Cosines that begin anew; see `cosineRestarts` of graph. */
  | {
      readonly kind: 'restarts';
      readonly first: number;
      readonly multiply: number;
      readonly min: number;
      readonly decay: number;
    };

export interface Recipe {
  readonly optimizer: 'adam' | 'adamw' | 'sgd';
  /** Adam's beta1 and beta2, or [momentum, 0] of SGD. */
  readonly betas: readonly [number, number];
  readonly weightDecay: number;
  readonly lr: number;
  readonly schedule: RecipeSchedule;
  /** Epochs of a straight rise at the beginning; 0 for none. */
  readonly warmUp: number;
  readonly epochs: number;
  readonly batch: number;
  /** Batches whose gradients make one update. */
  readonly accumulate: number;
  /** Side of the patches in PAN pixels. */
  readonly patch: number;
  /** The network's own, or one that all networks may be trained with. */
  readonly loss: 'own' | DistanceName;
  /** Largest common norm of the gradients; 0 for none. */
  readonly clip: number;
  /** Decay of the moving average of the weights, which is what is kept then; 0 for none. */
  readonly ema: number;
}

/** Adam at 5e-4 on mean absolute differences: where a paper says nothing else. */
export const DEFAULT_RECIPE: Recipe = {
  optimizer: 'adam',
  betas: [0.9, 0.999],
  weightDecay: 0,
  lr: 5e-4,
  schedule: { kind: 'constant' },
  warmUp: 0,
  epochs: 500,
  batch: 32,
  accumulate: 1,
  patch: 64,
  loss: 'l1',
  clip: 0,
  ema: 0,
};
