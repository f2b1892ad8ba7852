/** Checkpoints: parameters, optimiser state and the number of the step in one safetensors file. */

import { sameShape, showShape } from '../core/shape.js';
import { GraphError } from '../errors.js';
import { readSafetensors, writeSafetensors } from '../files/index.js';
import type { Params } from '../params/params.js';
import { float32Of } from '../params/state-dict.js';
import type { StateTensor } from './update-plan.js';

const STEPS = 'steps';
/** Parameters keep their names, so that the file also serves as plain weights. */
const STATE = 'training.';

interface Snapshot {
  readonly params: Params;
  readonly plan: readonly StateTensor[];
  readonly state: ReadonlyMap<string, Float32Array>;
  readonly steps: number;
}

/** Writes a checkpoint; the file appears whole or not at all. */
export async function writeCheckpoint(
  path: string,
  { params, plan, state, steps }: Snapshot,
): Promise<void> {
  const kept = plan.map(
    ({ name, shape }) => [STATE + name, { shape, data: state.get(name)! }] as const,
  );
  await writeSafetensors(path, [...params.stateDict(), ...kept], {
    metadata: [[STEPS, String(steps)]],
  });
}

/**
 * Reads a checkpoint of the same network and optimiser.
 *
 * @throws GraphError where a tensor is missing or of another shape, or no step is stored
 */
export async function readCheckpoint(
  path: string,
  { params, plan }: Pick<Snapshot, 'params' | 'plan'>,
): Promise<{
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly state: ReadonlyMap<string, Float32Array>;
  readonly steps: number;
}> {
  const { tensors, metadata } = await readSafetensors(path);
  const steps = Number(metadata.get(STEPS) ?? 'none');
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new GraphError(
      `${path}: expected a checkpoint with its step, got weights alone; load them into params and start anew.`,
    );
  }
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const stored = tensors.get(name);
    if (stored && sameShape(stored.shape, shape)) return float32Of(name, stored);
    const got = stored ? showShape(stored.shape) : 'none';
    throw new GraphError(
      `${path}: expected ${name} of ${showShape(shape)}, got ${got}; the network or optimiser is another.`,
    );
  };
  const parameters = new Map(params.entries().map((e) => [e.name, take(e.name, e.shape)]));
  const state = new Map(plan.map(({ name, shape }) => [name, take(STATE + name, shape)]));
  const expected = parameters.size + state.size;
  if (tensors.size !== expected) {
    throw new GraphError(
      `${path}: expected ${expected} tensors, got ${tensors.size}; the network or optimiser is another.`,
    );
  }
  return { parameters, state, steps };
}
