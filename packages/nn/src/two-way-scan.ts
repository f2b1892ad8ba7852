/**
 * A recurrence over sequences that are read from their beginning and from their end at once, chunk
 * by chunk: nothing that is as long as the sequence is stored but what goes in and comes out.
 */

import {
  add,
  chunkSize,
  concat,
  type Direction,
  flip,
  fromChunks,
  inChunks,
  inferenceOnly,
  nearestDivisor,
  scan,
  scanByAttention,
  scanChunk,
  scanLongChunk,
  split,
  type Tensor,
} from '@bandweave/graph';

/** The recurrence over a chunk, by steps or by the provider's own operator. */
export type Scanner = typeof scanChunk;

export interface TwoWayOptions {
  /** What is carried from chunk to chunk, before the first; the last one belongs to the recurrence. */
  readonly states: readonly Tensor[];
  /** What every chunk reads whole. */
  readonly captures: readonly Tensor[];
  /**
   * New states and y [size, 2·orders·rows, ...] from a chunk of each list, of that shape too: the
   * orders read forwards and then the same read from their end, time running forwards in all.
   */
  readonly chunk: (
    states: readonly Tensor[],
    lists: readonly Tensor[],
    captures: readonly Tensor[],
    run: Scanner,
  ) => { readonly states: readonly Tensor[]; readonly y: Tensor };
  /** 'never' for sequences that are short, within a scan over many of them. */
  readonly cut?: 'in-chunks' | 'never';
}

/** Numbers of a token's chunk: enough to make operators large, few enough for the cache. */
const NUMBERS_PER_CHUNK = 32768;

/**
 * The sum of both ways for each order [L, rows, ...], and the last states. Chunks are as long as
 * suits what belongs to a state where gradients are wanted, and in inference as suits what belongs
 * to a token, cut again for the states.
 *
 * @param lists inputs, each one [L, rows, ...] an order; the first has the shape of y
 */
export function twoWayScan(
  lists: readonly (readonly Tensor[])[],
  { states, captures, chunk, cut = 'in-chunks' }: TwoWayOptions,
): { readonly y: readonly Tensor[]; readonly states: readonly Tensor[] } {
  const orders = lists[0].length;
  const [length, rows, ...rest] = lists[0][0].shape;
  const sizes = lists.map((list) => list.length);
  const given = [...lists.flat(), ...states, ...captures];
  const scanned = (inputs: readonly Tensor[], size: number, run: Scanner) => {
    const tokens = inputs.slice(0, given.length - states.length - captures.length);
    const starts = inputs.slice(tokens.length, tokens.length + states.length);
    const whole = inputs.slice(tokens.length + states.length);
    const named = sizes.map((n, i) => tokens.slice(i * n, (i + 1) * n));
    return overChunks(named, { states: starts, captures: whole, chunk, cut, size, run });
  };
  const held = states[states.length - 1].shape.reduce((a, b) => a * b, 1);
  const width = rest.reduce((a, b) => a * b, 2 * orders * rows);
  const long = nearestDivisor(length, Math.max(1, NUMBERS_PER_CHUNK / width));
  const results = inferenceOnly(
    scanned(given, chunkSize(length, held), scanChunk),
    given,
    (inputs) => scanned(inputs, long, scanLongChunk),
  );
  return { y: results.slice(0, orders), states: results.slice(orders) };
}

interface ChunkOptions extends Required<TwoWayOptions> {
  readonly size: number;
  readonly run: Scanner;
}

/** y of every order, then the last states. */
function overChunks(
  lists: readonly (readonly Tensor[])[],
  { states, captures, chunk, cut, size, run }: ChunkOptions,
): readonly Tensor[] {
  const orders = lists[0].length;
  const [, rows] = lists[0][0].shape;
  const both = [...lists[0], ...lists[0]];
  const directions = both.map((_, k): Direction => (k < orders ? 'forward' : 'reverse'));
  const turned = (list: readonly Tensor[]) => list.map((t, k) => (k < orders ? t : flip(t, [0])));
  const step = (
    before: readonly Tensor[],
    elements: readonly Tensor[],
    whole: readonly Tensor[],
    scanner: Scanner,
  ) => {
    const beside = lists.map((_, i) =>
      concat(turned(elements.slice(2 * i * orders, 2 * (i + 1) * orders)), { axis: 1 }),
    );
    const { states: after, y } = chunk(before, beside, whole, scanner);
    return { states: after, outputs: turned(split(y, { axis: 1, sizes: both.map(() => rows) })) };
  };
  const summed = (y: readonly Tensor[]) => lists[0].map((_, k) => add(y[k], y[orders + k]));
  const read = lists.flatMap((list) => [...list, ...list]);
  if (cut === 'never') {
    const done = step(states, read, captures, run);
    return [...summed(done.outputs), ...done.states];
  }
  const { outputs, states: last } = scan({
    states,
    sequences: read.map((t) => inChunks(t, size)),
    sequenceDirections: read.map((_, k) => directions[k % directions.length]),
    outputDirections: directions,
    captures,
    body: (before, elements, whole) => step(before, elements, whole, run),
    whole: (before, parts, whole) => {
      const done = step(before, parts.map(fromChunks), whole, scanByAttention);
      return { states: done.states, outputs: done.outputs.map((t) => inChunks(t, size)) };
    },
  });
  return [...summed(outputs.map(fromChunks)), ...last];
}
