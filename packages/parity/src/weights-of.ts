/** Weights of a case: in its folder, in a neighbour's, or made by the rule that it states. */

import { dirname, join } from 'node:path';
import type { StoredTensor } from '@bandweave/graph';
import { readStored, type Stored } from './graph-case.js';

interface Rule {
  /** [name, shape, seed, scale, offset] of each tensor. */
  readonly tensors: readonly [string, number[], number, number, number][];
}

export async function weightsOf(
  folder: string,
  json: { readonly weights?: string; readonly weights_rule?: Rule },
): Promise<Stored> {
  if (json.weights_rule) return byRule(json.weights_rule);
  const path = join(folder, json.weights ?? 'weights.safetensors');
  return readStored(dirname(path), path.slice(dirname(path).length + 1));
}

/** Each tensor is float32(offset + scale (2u - 1)), u the outputs of mulberry32 from its seed. */
function byRule({ tensors }: Rule): Stored {
  return new Map(
    tensors.map(([name, shape, seed, scale, offset]): [string, StoredTensor] => {
      const next = mulberry32(seed);
      const data = new Float32Array(shape.reduce((n, side) => n * side, 1));
      for (let i = 0; i < data.length; i++) data[i] = offset + scale * (2 * next() - 1);
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
