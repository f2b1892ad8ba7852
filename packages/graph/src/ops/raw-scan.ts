/** ONNX's Scan: a body run once per element of some sequences, carrying states along. */

import { opError } from '../core/shape.js';
import { onnx, type Tensor } from '../core/tensor.js';
import { bodyInput } from './body-input.js';

export type Direction = 'forward' | 'reverse';

/** ONNX's number for a direction, forward where none is given. */
const numbersOf = (list: readonly unknown[], directions: readonly Direction[] | undefined) =>
  list.map((_, i) => (directions?.[i] === 'reverse' ? 1 : 0));

export interface RawScanOptions {
  /** Values before the first step. */
  readonly states: readonly Tensor[];
  /** Cut along their first axis, one element a step. */
  readonly sequences: readonly Tensor[];
  /** What every step reads whole. */
  readonly captures?: readonly Tensor[];
  /** 'reverse' takes the last element first, or fills an output from its end; one each. */
  readonly sequenceDirections?: readonly Direction[];
  readonly outputDirections?: readonly Direction[];
  readonly body: (
    states: readonly Tensor[],
    elements: readonly Tensor[],
    captures: readonly Tensor[],
  ) => { readonly states: readonly Tensor[]; readonly outputs: readonly Tensor[] };
}

/**
 * Last states and outputs, these stacked along a new first axis. It has no gradient: operators
 * built on it bring theirs.
 */
export function rawScan({
  states,
  sequences,
  captures = [],
  sequenceDirections,
  outputDirections,
  body,
}: RawScanOptions): { states: readonly Tensor[]; outputs: readonly Tensor[] } {
  const length = sequences[0]?.shape[0];
  if (length === undefined || sequences.some((t) => t.shape[0] !== length)) {
    throw opError('scan', 'sequences of one length', `${sequences.map((t) => t.shape[0])}`);
  }
  const carried = states.map(bodyInput);
  const elements = sequences.map(({ shape, dtype }) => bodyInput({ shape: shape.slice(1), dtype }));
  const outside = captures.map(bodyInput);
  const made = body(carried, elements, outside);
  const inner = {
    inputs: [...carried, ...elements],
    captures: outside,
    outputs: [...made.states, ...made.outputs],
  };
  const results = onnx('Scan', [...states, ...sequences, ...captures], {
    attributes: {
      body: { body: inner },
      num_scan_inputs: sequences.length,
      scan_input_directions: numbersOf(sequences, sequenceDirections),
      scan_output_directions: numbersOf(made.outputs, outputDirections),
    },
    outputs: [
      ...states,
      ...made.outputs.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype })),
    ],
  });
  return { states: results.slice(0, states.length), outputs: results.slice(states.length) };
}
