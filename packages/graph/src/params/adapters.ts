/**
 * Low-rank adapters: W + (alpha / rank) · B A for chosen weights, with A and B trained and W left
 * alone. They are put on by handing a network the wrapped parameters; the network does not know.
 * Idea: Hu et al. 2021, LoRA.
 */

import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { add, mul } from '../ops/arithmetic.js';
import { reshape } from '../ops/broadcast.js';
import { matmul } from '../ops/matmul.js';
import { type Initializer, kaimingUniformInit, zerosInit } from './init.js';
import { createParams, type Params } from './params.js';
import type { StateDict } from './state-dict.js';

export interface AdapterOptions {
  /** Weights that get one; those with a single axis never do. */
  readonly match: RegExp | ((name: string) => boolean);
  readonly rank: number;
  /** Scale: alpha / rank; `rank` by default. */
  readonly alpha?: number;
  readonly seed?: number;
  /** Where A and B are kept, for example with stored values; new ones by default. */
  readonly adapters?: Params;
}

const factorNames = (name: string) => [`${name}.lora_A`, `${name}.lora_B`] as const;

/** Matches the names of adapters: everything else is usually frozen. */
export const ADAPTER_NAMES = /\.lora_[AB]$/;

/** [out, in · kernel]: a convolution's weight as a matrix. */
const rowsOf = (shape: Shape): [number, number] => [shape[0], sizeOf(shape.slice(1))];

/**
 * Parameters that give W + (alpha / rank) · B A under the names that match. A [rank, in] is
 * Kaiming uniform with gain 1/sqrt(3), B [out, rank] zero, so nothing changes at first.
 */
export function withAdapters(
  params: Params,
  { match, rank, alpha = rank, seed = 0, adapters = createParams({ seed }) }: AdapterOptions,
): Params {
  if (!Number.isInteger(rank) || rank < 1) {
    throw new GraphError(`withAdapters: expected a rank of 1 or more, got ${rank}.`);
  }
  const adapted = new Map<string, Tensor>();
  const matches = (name: string) =>
    typeof match === 'function' ? match(name) : name.search(match) >= 0;
  const at = (inner: Params, prefix: string): Params => ({
    ...inner,
    get(name: string, shape: Shape, init?: Initializer) {
      const weight = inner.get(name, shape, init);
      const full = prefix + name;
      if (shape.length < 2 || !matches(full)) return weight;
      const known = adapted.get(full);
      if (known) return known;
      const [out, inputs] = rowsOf(shape);
      const [nameA, nameB] = factorNames(full);
      const a = adapters.get(nameA, [rank, inputs], kaimingUniformInit({ gain: 1 / Math.sqrt(3) }));
      const b = adapters.get(nameB, [out, rank], zerosInit);
      const change = reshape(mul(matmul(b, a), alpha / rank), shape);
      const sum = add(weight, change);
      adapted.set(full, sum);
      return sum;
    },
    scope: (below) => at(inner.scope(below), `${prefix}${below}.`),
    entries: () => [...inner.entries(), ...adapters.entries()],
    stateDict: () => new Map([...inner.stateDict(), ...adapters.stateDict()]),
  });
  return at(params, '');
}

/**
 * Weights with the adapters worked into them, under the names of the plain network.
 *
 * @param weights what `stateDict()` of adapted parameters gives
 */
export function mergeAdapters(
  weights: StateDict,
  { rank, alpha = rank }: { readonly rank: number; readonly alpha?: number },
): Map<string, { readonly shape: Shape; readonly data: Float32Array }> {
  const merged = new Map<string, { readonly shape: Shape; readonly data: Float32Array }>();
  for (const [name, { shape, data }] of weights) {
    if (ADAPTER_NAMES.test(name)) continue;
    const out = Float32Array.from(data as Float32Array);
    const [nameA, nameB] = factorNames(name);
    const [a, b] = [weights.get(nameA), weights.get(nameB)];
    if (a && b) addProduct(out, { a, b, rank, scale: alpha / rank });
    merged.set(name, { shape, data: out });
  }
  return merged;
}

type Stored = StateDict extends ReadonlyMap<string, infer T> ? T : never;

function addProduct(
  out: Float32Array,
  { a, b, rank, scale }: { a: Stored; b: Stored; rank: number; scale: number },
): void {
  const inputs = a.shape[1];
  if (a.shape[0] !== rank || b.shape[1] !== rank || b.shape[0] * inputs !== out.length) {
    throw new GraphError(
      `mergeAdapters: expected adapters of rank ${rank}, got [${a.shape}] and [${b.shape}]; state their rank.`,
    );
  }
  const [left, right] = [b.data as Float32Array, a.data as Float32Array];
  for (let o = 0; o < b.shape[0]; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += left[o * rank + k] * right[k * inputs + i];
      out[o * inputs + i] += scale * sum;
    }
  }
}
