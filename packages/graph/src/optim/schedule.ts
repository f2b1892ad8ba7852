/** Learning rates by step: plain functions, evaluated on the host in double precision. */

import { GraphError } from '../errors.js';

/** The rate of a step; steps count from 0. */
export type Schedule = (step: number) => number;

/** `lr` at every step. */
export const constantSchedule =
  (lr: number): Schedule =>
  () =>
    lr;

function atLeastOne(who: string, name: string, value: number): void {
  if (!(value >= 1)) throw new GraphError(`${who}: expected ${name} of 1 or more, got ${value}.`);
}

/** lr · factor^floor(step / every). */
export function stepSchedule(
  lr: number,
  { every, factor = 0.1 }: { readonly every: number; readonly factor?: number },
): Schedule {
  atLeastOne('stepSchedule', 'every', every);
  return (step) => lr * factor ** Math.floor(step / every);
}

const cosine = (from: number, to: number, share: number) =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

/** Half a cosine from lr to min over `steps`, min after that. Loshchilov & Hutter 2017. */
export function cosineSchedule(
  lr: number,
  { steps, min = 0 }: { readonly steps: number; readonly min?: number },
): Schedule {
  atLeastOne('cosineSchedule', 'steps', steps);
  return (step) => cosine(lr, min, Math.min(step / steps, 1));
}

export interface RestartOptions {
  /** Length of the first cycle. */
  readonly first: number;
  /** Each cycle is that many times as long as the one before. */
  readonly multiply?: number;
  readonly min?: number;
  /** Each cycle begins at that many times the rate of the one before, never below `min`. */
  readonly decay?: number;
}

/**
 * Cosines that begin anew (SGDR). Cycle c begins at max(min, lr · decay^c) and lasts
 * first · multiply^c steps. Loshchilov & Hutter 2017; the decay is LE-Mamba's.
 */
export function cosineRestarts(
  lr: number,
  { first, multiply = 1, min = 0, decay = 1 }: RestartOptions,
): Schedule {
  atLeastOne('cosineRestarts', 'first', first);
  atLeastOne('cosineRestarts', 'multiply', multiply);
  return (step) => {
    let cycle = multiply === 1 ? Math.floor(step / first) : 0;
    let start = cycle * first;
    let length = first;
    while (step >= start + length) {
      start += length;
      length *= multiply;
      cycle += 1;
    }
    return cosine(Math.max(min, lr * decay ** cycle), min, (step - start) / length);
  };
}

/** Rises in a straight line from `from` · rate to the rate over the first `steps` steps. */
export function warmUp(
  schedule: Schedule,
  { steps, from = 0 }: { readonly steps: number; readonly from?: number },
): Schedule {
  atLeastOne('warmUp', 'steps', steps);
  return (step) => schedule(step) * (step < steps ? from + (1 - from) * (step / steps) : 1);
}

/** A schedule that counts epochs. */
export function perEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  atLeastOne('perEpoch', 'stepsPerEpoch', stepsPerEpoch);
  return (step) => schedule(Math.floor(step / stepsPerEpoch));
}
