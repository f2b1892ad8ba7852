/** Shapes of weights by name, with one line where they belong to another network. */

import { GraphError, type StateDict } from '@bandweave/graph';

interface ReaderOptions {
  /** How messages call the weights. */
  readonly file: string;
  /** Name of the network that is expected. */
  readonly network: string;
  /** How many axes every tensor asked for must have; any number where it is left out. */
  readonly axes?: number;
}

/** A function that gives the shape of a tensor or throws a GraphError that says what is missing. */
export function shapeReader(
  weights: StateDict,
  { file, network, axes }: ReaderOptions,
): (name: string) => readonly number[] {
  return (name) => {
    const shape = weights.get(name)?.shape;
    if (shape && (axes === undefined || shape.length === axes)) return shape;
    const form = axes === undefined ? '' : ` of ${axes} axes`;
    const got = shape ? `[${shape}]` : 'none';
    throw new GraphError(
      `${file}: expected weights of ${network} with ${name}${form}, got ${got}; these are weights of another network.`,
    );
  };
}
