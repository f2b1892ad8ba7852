/**
 * A loop over the elements of sequences with a gradient. The forward pass keeps the states before
 * every step and nothing else; the backward pass runs each step again.
 */

import { isFloating } from '../core/element-type.js';
import { backward } from '../core/grad.js';
import { opError, showShape } from '../core/shape.js';
import { composite, scalar, type Tensor } from '../core/tensor.js';
import { add } from './arithmetic.js';
import { expand } from './broadcast.js';
import { type Direction, rawScan } from './raw-scan.js';

export interface ScanStep {
  readonly states: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export interface ScanOptions {
  /** Values before the first step. */
  readonly states: readonly Tensor[];
  /** Cut along their first axis, one element a step. */
  readonly sequences: readonly Tensor[];
  /** 'reverse' takes the last element first, or fills an output from its end; one each. */
  readonly sequenceDirections?: readonly Direction[];
  readonly outputDirections?: readonly Direction[];
  /** What every step reads whole. */
  readonly captures?: readonly Tensor[];
  /** One step; may use nothing but what it is given. It is traced again for the gradient. */
  readonly body: (
    states: readonly Tensor[],
    elements: readonly Tensor[],
    captures: readonly Tensor[],
  ) => ScanStep;
  /** The same written without a loop, for WebGPU, where every step costs a dispatch. */
  readonly whole?: (
    states: readonly Tensor[],
    sequences: readonly Tensor[],
    captures: readonly Tensor[],
  ) => ScanStep;
}

/** The states after the last step, and the outputs of all steps along a new first axis. */
export function scan(options: ScanOptions): ScanStep {
  const { states, sequences, captures = [], body } = options;
  const { sequenceDirections = [], outputDirections = [] } = options;
  const length = sequences[0]?.shape[0];
  if (length === undefined || sequences.some((t) => t.shape[0] !== length)) {
    throw opError('scan', 'sequences of one length', `${sequences.map((t) => t.shape[0])}`);
  }
  const cut = (inputs: readonly Tensor[]) => ({
    states: inputs.slice(0, states.length),
    sequences: inputs.slice(states.length, states.length + sequences.length),
    captures: inputs.slice(states.length + sequences.length),
  });
  const loop = (inputs: readonly Tensor[], keep: 'starts' | 'nothing') => {
    const raw = rawScan({
      ...cut(inputs),
      sequenceDirections,
      outputDirections,
      body: (s, e, c) => {
        const step = body(s, e, c);
        checkStates(states, step.states);
        return { states: step.states, outputs: [...step.outputs, ...(keep === 'starts' ? s : [])] };
      },
    });
    return [...raw.states, ...raw.outputs];
  };
  const inputs = [...states, ...sequences, ...captures];
  const results = composite('scan', inputs, {
    // Traced here once, so that a body that does not fit is told where it is written.
    outputs: loop(inputs, 'starts'),
    lower: (given, { provider, weights }) => {
      const kept = loop(given, 'starts');
      const now = cut(given);
      let bare: readonly Tensor[];
      if (options.whole && provider === 'webgpu') {
        const { states: ends, outputs } = options.whole(now.states, now.sequences, now.captures);
        bare = [...ends, ...outputs];
      } else if (weights === 'initializers') bare = loop(given, 'nothing');
      else return kept;
      // The states before each step are there only for a gradient.
      return [...bare, ...kept.slice(bare.length)];
    },
    vjp: (grads, node) => {
      const count = node.outputs.length - states.length;
      const starts = node.outputs.slice(count);
      return scanBackward(
        { ...options, ...cut(node.inputs) },
        { starts, last: grads.slice(0, states.length), outputs: grads.slice(states.length, count) },
      );
    },
  });
  return {
    states: results.slice(0, states.length),
    outputs: results.slice(states.length, results.length - states.length),
  };
}

function checkStates(before: readonly Tensor[], after: readonly Tensor[]): void {
  const show = (list: readonly Tensor[]) => list.map((t) => showShape(t.shape)).join(' ');
  if (show(before) !== show(after)) {
    throw opError('scan', `states of shape ${show(before)} after a step`, show(after));
  }
}

interface Received {
  /** The states before every step, along a first axis. */
  readonly starts: readonly Tensor[];
  /** Gradients for the last states. */
  readonly last: readonly Tensor[];
  /** Gradients for the outputs. */
  readonly outputs: readonly Tensor[];
}

function scanBackward(
  options: ScanOptions,
  { starts, last, outputs }: Received,
): readonly (Tensor | undefined)[] {
  const { states, sequences, captures = [], body } = options;
  const against = (list: readonly Tensor[], directions: readonly Direction[] = []) =>
    list.map((_, i): Direction => (directions[i] === 'reverse' ? 'forward' : 'reverse'));
  const back = against(sequences, options.sequenceDirections);
  const wanted = (list: readonly Tensor[]) => list.filter((t) => isFloating(t.dtype));
  const zeros = wanted(captures).map((t) => expand(scalar(0, t.dtype), t.shape));
  const reverse = rawScan({
    states: [...last, ...zeros],
    sequences: [...starts, ...sequences, ...outputs],
    captures,
    sequenceDirections: [
      ...against(starts),
      ...back,
      ...against(outputs, options.outputDirections),
    ],
    outputDirections: back.filter((_, i) => isFloating(sequences[i].dtype)),
    body: (carried, elements, whole) => {
      const before = elements.slice(0, starts.length);
      const inputs = elements.slice(starts.length, starts.length + sequences.length);
      const received = elements.slice(starts.length + sequences.length);
      const step = body(before, inputs, whole);
      const grads = backward(
        [...step.states, ...step.outputs],
        [...carried.slice(0, last.length), ...received],
        wanted([...before, ...inputs, ...whole]),
      );
      const sums = carried.slice(last.length);
      const given = grads.slice(before.length, grads.length - sums.length);
      const added = sums.map((t, i) => add(t, grads[grads.length - sums.length + i]));
      return { states: [...grads.slice(0, before.length), ...added], outputs: given };
    },
  });
  const forSequences = [...reverse.outputs];
  const forCaptures = reverse.states.slice(last.length);
  const deal = (list: readonly Tensor[], grads: Tensor[]) =>
    list.map((t) => (isFloating(t.dtype) ? grads.shift() : undefined));
  return [
    ...reverse.states.slice(0, states.length),
    ...deal(sequences, forSequences),
    ...deal(captures, [...forCaptures]),
  ];
}
