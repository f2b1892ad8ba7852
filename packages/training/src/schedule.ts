/** A recipe's optimiser and rates as the engine takes them. */

import {
  adam,
  adamW,
  constantSchedule,
  cosineRestarts,
  cosineSchedule,
  type Optimizer,
  type Schedule,
  sgd,
  stepSchedule,
  warmUp,
} from '@bandweave/graph';
import type { Recipe } from '@bandweave/models';

export function optimizerOf({ optimizer, betas, weightDecay }: Recipe): Optimizer {
  const [beta1, beta2] = betas;
  if (optimizer === 'adam') return adam({ beta1, beta2, weightDecay });
  if (optimizer === 'adamw') return adamW({ beta1, beta2, weightDecay });
  return sgd({ momentum: beta1, weightDecay });
}

/**
 * The rate by step. Times of the recipe are epochs of its own `epochs`: a run of fewer or more
 * steps goes through the same curve in its time.
 */
export function scheduleOf(
  { lr, schedule, warmUp: rise, epochs }: Recipe,
  { steps }: { readonly steps: number },
): Schedule {
  const inSteps = (time: number) => Math.max(1, Math.round((time / epochs) * steps));
  const after = ((): Schedule => {
    if (schedule.kind === 'constant') return constantSchedule(lr);
    if (schedule.kind === 'cosine') return cosineSchedule(lr, { steps, min: schedule.min });
    if (schedule.kind === 'step') {
      return stepSchedule(lr, { every: inSteps(schedule.every), factor: schedule.factor });
    }
    const { first, multiply, min, decay } = schedule;
    return cosineRestarts(lr, { first: inSteps(first), multiply, min, decay });
  })();
  return rise > 0 ? warmUp(after, { steps: inSteps(rise) }) : after;
}
