/** The loss of a network on a batch, traced, with the random tensors it is fed. */

import {
  add,
  compile,
  input,
  type Params,
  type Random,
  random,
  seedFor,
  sizeOf,
  type Tensor,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import {
  type Branch,
  type BuiltNetwork,
  distance,
  type Recipe,
  type TrainingContext,
} from '@bandweave/models';
import { type Consistency, consistencyFeeds, consistencyLoss } from './consistency.js';

export interface Objective {
  readonly loss: Tensor;
  /** New values of buffers by their names. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** Names of the inputs that the trace looks at. */
  readonly used: ReadonlySet<string>;
  /** Values of the random tensors at a step. */
  draw(step: number): Record<string, Float32Array>;
}

export function objectiveOf(
  network: BuiltNetwork,
  params: Params,
  {
    batch,
    patch,
    loss,
    seed,
    full,
    branch,
  }: {
    batch: number;
    patch: number;
    loss: Recipe['loss'];
    seed: number;
    full?: Consistency | undefined;
    /** Of the network's branches, the one that is tuned. */
    branch?: Branch;
  },
): Objective {
  const { panBands, msBands, ratio, bases = 1 } = network.facts;
  const low = patch / ratio;
  const inputs = {
    pan: input('pan', [batch, panBands, patch, patch]),
    ms: input('ms', [batch, msBands, low, low]),
    lms: input('lms', [batch, bases * msBands, patch, patch]),
  };
  const target = input('target', [batch, msBands, patch, patch]);
  const drawn: { name: string; shape: readonly number[]; kind: 'uniform' | 'normal' }[] = [];
  const buffers: Record<string, Tensor> = {};
  const training: TrainingContext = {
    random(name, shape, kind) {
      drawn.push({ name: `random.${name}`, shape, kind });
      return input(`random.${name}`, shape);
    },
    keep(name, value) {
      buffers[name] = value;
    },
    distance: apart,
  };
  const objective = branch?.objective ?? network.objective;
  const reduced = objective
    ? objective(params, { ...inputs, target }, training)
    : compared(network.build(params, inputs, training));
  const value = full ? add(reduced, consistencyLoss(network, params, full)) : reduced;
  function apart(prediction: Tensor, wanted: Tensor): Tensor {
    if (loss !== 'own') return distance(loss, prediction, wanted);
    throw new InputError(
      '--loss: expected l1, l2, l1-structure or hybrid, got own of a network that has none.',
    );
  }
  function compared(prediction: Tensor): Tensor {
    if (loss === 'own' && network.loss) return network.loss(prediction, target, inputs);
    return apart(prediction, target);
  }
  const model = compile({ loss: value }, { weights: 'inputs' });
  return {
    loss: value,
    buffers,
    used: new Set(model.inputs.map((port) => port.name)),
    draw: (step) => ({
      ...Object.fromEntries(
        drawn.map(({ name, shape, kind }) => [
          name,
          values(random(seedFor(`${name}.${step}`, seed)), sizeOf(shape), kind),
        ]),
      ),
      ...(full ? consistencyFeeds(full, { step, seed }) : {}),
    }),
  };
}

function values(source: Random, count: number, kind: 'uniform' | 'normal'): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = kind === 'normal' ? source.normal() : source.uniform();
  return out;
}
