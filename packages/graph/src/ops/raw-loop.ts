/** ONNX's Loop: a body run until it says that it is done, carrying states along. */

import { opError, sameShape, showShape } from '../core/shape.js';
import { constant, onnx, scalar, type Tensor } from '../core/tensor.js';
import { bodyInput } from './body-input.js';

export interface RawLoopOptions {
  /** Rounds after which it ends whatever the body says. */
  readonly most: number;
  /** Values before the first round. */
  readonly states: readonly Tensor[];
  /** What every round reads whole. */
  readonly captures?: readonly Tensor[];
  /** The states after a round, and whether (bool, a scalar) there is another one. */
  readonly body: (
    states: readonly Tensor[],
    captures: readonly Tensor[],
  ) => { readonly states: readonly Tensor[]; readonly again: Tensor };
}

/** The states after the last round; at least one is run. It has no gradient. */
export function rawLoop({ most, states, captures = [], body }: RawLoopOptions): readonly Tensor[] {
  if (!Number.isInteger(most) || most < 1) throw opError('loop', 'one round or more', `${most}`);
  const round = bodyInput({ shape: [], dtype: 'int64' });
  const going = bodyInput({ shape: [], dtype: 'bool' });
  const carried = states.map(bodyInput);
  const outside = captures.map(bodyInput);
  const made = body(carried, outside);
  made.states.forEach((t, i) => {
    if (sameShape(t.shape, states[i].shape) && t.dtype === states[i].dtype) return;
    throw opError(
      'loop',
      `state ${i} to stay ${states[i].dtype}${showShape(states[i].shape)}`,
      `${t.dtype}${showShape(t.shape)}`,
    );
  });
  const inner = {
    inputs: [round, going, ...carried],
    captures: outside,
    outputs: [made.again, ...made.states],
  };
  const yes = constant([1], [], 'bool');
  return onnx('Loop', [scalar(most, 'int64'), yes, ...states, ...captures], {
    attributes: { body: { body: inner } },
    outputs: states.map(({ shape, dtype }) => ({ shape, dtype })),
  });
}
