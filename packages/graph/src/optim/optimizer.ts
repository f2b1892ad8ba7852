/**
 * What an optimiser is: the update of one parameter, written with graph operators, the tensors it
 * keeps between steps, and the few numbers that it is fed at each step.
 */

import type { Tensor } from '../core/tensor.js';

export interface Update {
  /** The parameter. */
  readonly value: Tensor;
  /** Its gradient. */
  readonly grad: Tensor;
  /** What was kept since the last step, in the order of `Optimizer.state`; zeros at first. */
  readonly state: readonly Tensor[];
  /** Scalars, in the order of `Optimizer.rates`. */
  readonly rates: readonly Tensor[];
  readonly weightDecay: number;
}

/** The circumstances of one step; `step` counts from 1. */
export interface StepContext {
  readonly lr: number;
  readonly weightDecay: number;
  readonly step: number;
}

export interface Optimizer {
  readonly name: string;
  /** Names of the tensors kept for each parameter, each of its shape. */
  readonly state: readonly string[];
  /** Names of the numbers that change from step to step. */
  readonly rates: readonly string[];
  /** Decay of parameters whose group states none. */
  readonly weightDecay: number;
  /** Those numbers, computed in double precision. */
  ratesAt(context: StepContext): readonly number[];
  /** The new parameter and the new state. */
  update(update: Update): { readonly value: Tensor; readonly state: readonly Tensor[] };
}
