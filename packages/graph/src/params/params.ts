/**
 * Parameters by name. One object serves to create a network with seeded initial values and to
 * load one: asked for a name a second time it gives the same tensor, so a network may be traced
 * at several sizes over the same weights.
 */

import { type Shape, sameShape, showShape } from '../core/shape.js';
import { type ParameterSlot, parameter, type Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { random, seedFor } from '../random.js';
import { defaultWeightInit, type Initializer } from './init.js';
import { float32Of, type StateDict } from './state-dict.js';

/** 'parameter' is trained, 'buffer' only kept (running statistics). */
export type ParameterKind = 'parameter' | 'buffer';

export interface ParameterEntry {
  readonly name: string;
  readonly shape: Shape;
  readonly kind: ParameterKind;
  readonly tensor: Tensor;
  /** Its current values, replaced by training. */
  readonly slot: ParameterSlot;
}

export interface Params {
  /** The parameter of this name below the scope; made by `init` unless weights were given. */
  get(name: string, shape: Shape, init?: Initializer): Tensor;
  /** The same for a tensor that is stored with the weights and not trained. */
  buffer(name: string, shape: Shape, init?: Initializer): Tensor;
  /** Names below `prefix`, joined by a dot. */
  scope(prefix: string): Params;
  /** Whether a parameter of this name was made or stands in the weights given. */
  has(name: string): boolean;
  /** Everything made so far, in that order, the whole tree whatever the scope. */
  entries(): readonly ParameterEntry[];
  /** Current values by name, as a state dict to save. */
  stateDict(): Map<string, { readonly shape: Shape; readonly data: Float32Array }>;
  /**
   * Checks that the weights given and the network asked for are the same.
   *
   * @throws GraphError that lists missing, unexpected and differently shaped names
   */
  finish(): void;
}

export interface ParamsOptions {
  /** Of the initial values; each name has a stream of its own. */
  readonly seed?: number;
  /** Weights to take instead of initial values. */
  readonly weights?: StateDict;
  /** How messages call the weights. */
  readonly file?: string;
}

/** A tree of parameters, empty or from weights. */
export function createParams({ seed = 0, weights, file = 'weights' }: ParamsOptions = {}): Params {
  const made = new Map<string, ParameterEntry>();
  const problems: string[] = [];

  const dataFor = (name: string, shape: Shape, init: Initializer): Float32Array => {
    if (!weights) return init(shape, random(seedFor(name, seed)));
    const stored = weights.get(name);
    if (stored && sameShape(stored.shape, shape)) return float32Of(name, stored);
    // Collected, and told all at once by finish().
    problems.push(
      stored ? `${name} is ${showShape(stored.shape)} not ${showShape(shape)}` : `${name} missing`,
    );
    return new Float32Array(shape.reduce((n, d) => n * d, 1));
  };

  const obtain = (
    name: string,
    shape: Shape,
    { init, kind }: { init: Initializer; kind: ParameterKind },
  ): Tensor => {
    const known = made.get(name);
    if (known) {
      if (sameShape(known.shape, shape)) return known.tensor;
      throw new GraphError(
        `params: expected ${name} always of one shape, got ${showShape(known.shape)} and ${showShape(shape)}; use two names.`,
      );
    }
    const slot = { data: dataFor(name, shape, init) };
    const tensor = parameter(name, shape, slot);
    made.set(name, { name, shape: [...shape], kind, tensor, slot });
    return tensor;
  };

  const finish = () => {
    if (!weights) return;
    const extra = [...weights.keys()].filter((name) => !made.has(name));
    const all = [...problems, ...extra.map((name) => `${name} unexpected`)];
    if (all.length === 0) return;
    const shown = all.slice(0, 6).join(', ');
    const more = all.length > 6 ? ` and ${all.length - 6} more` : '';
    throw new GraphError(
      `${file}: expected the weights of this network, got weights of another network: ${shown}${more}; choose the file that belongs to it.`,
    );
  };

  const at = (prefix: string): Params => ({
    get: (name, shape, init = defaultWeightInit) =>
      obtain(prefix + name, shape, { init, kind: 'parameter' }),
    buffer: (name, shape, init = defaultWeightInit) =>
      obtain(prefix + name, shape, { init, kind: 'buffer' }),
    scope: (below) => at(`${prefix}${below}.`),
    has: (name) => made.has(prefix + name) || weights?.has(prefix + name) === true,
    entries: () => [...made.values()],
    stateDict: () =>
      new Map(
        [...made.values()].map(({ name, shape, slot }) => [name, { shape, data: slot.data }]),
      ),
    finish,
  });
  return at('');
}
