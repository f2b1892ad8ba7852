/** Loops over a fixed count, such as the iterations of a solver or the steps of a sampler. */

import { isFloating } from '../core/element-type.js';
import { opError, sameShape, showShape } from '../core/shape.js';
import { composite, constant, scalar, type Tensor } from '../core/tensor.js';
import { vjpOf } from '../core/written.js';
import { scan } from './scan.js';

export interface RepeatOptions {
  readonly count: number;
  /** New states from the old ones, the number of the step (int64 scalar) and what is captured. */
  readonly body: (
    states: readonly Tensor[],
    step: Tensor,
    captures: readonly Tensor[],
  ) => readonly Tensor[];
  /** What every step reads; a 'scan' sees nothing else from outside. */
  readonly captures?: readonly Tensor[];
  /**
   * 'unrolled' writes the steps one after the other. 'scan' stores the body once, so that models
   * stay small; its gradient writes the steps out and computes them again.
   */
  readonly form?: 'unrolled' | 'scan';
}

/** The states after `count` steps, of the shapes and types that they had before. */
export function repeat(
  states: readonly Tensor[],
  { count, body, captures = [], form = 'unrolled' }: RepeatOptions,
): readonly Tensor[] {
  if (!Number.isInteger(count) || count < 1) {
    throw opError('repeat', 'a count from 1', String(count));
  }
  const step: RepeatOptions['body'] = (before, i, outside) => {
    const after = body(before, i, outside);
    const alike =
      after.length === states.length &&
      after.every((t, k) => t.dtype === states[k].dtype && sameShape(t.shape, states[k].shape));
    if (!alike) throw opError('repeat', `states like ${show(states)} from the body`, show(after));
    return after;
  };
  const unrolled = (start: readonly Tensor[], outside: readonly Tensor[]) => {
    let now = start;
    for (let i = 0; i < count; i++) now = step(now, scalar(i, 'int64'), outside);
    return now;
  };
  if (form === 'unrolled') return unrolled(states, captures);
  const looped = (start: readonly Tensor[], outside: readonly Tensor[]) =>
    scan({
      states: start,
      sequences: [
        constant(
          Array.from({ length: count }, (_, i) => i),
          [count],
          'int64',
        ),
      ],
      captures: outside,
      body: (before, [i], seen) => ({ states: step(before, i, seen), outputs: [] }),
    }).states;
  if (states.every((t) => isFloating(t.dtype))) return looped(states, captures);
  // The loop's own gradient knows only numbers that have one.
  const apart = (inputs: readonly Tensor[]) =>
    [inputs.slice(0, states.length), inputs.slice(states.length)] as const;
  return composite('repeat', [...states, ...captures], {
    outputs: states,
    lower: (inputs) => looped(...apart(inputs)),
    vjp: vjpOf((inputs) => unrolled(...apart(inputs))),
  });
}

const show = (list: readonly Tensor[]) =>
  list.map(({ dtype, shape }) => `${dtype}${showShape(shape)}`).join(', ');
