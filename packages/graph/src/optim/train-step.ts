/**
 * A training step as graphs. Ordinarily one holds everything: forward, backward and update, with
 * parameters and optimiser state as inputs and outputs, so that only the loss and what changed
 * comes back. With gradients that are gathered over several runs there are two.
 */

import { grad } from '../core/grad.js';
import { input, type Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { add, mul } from '../ops/arithmetic.js';
import { nextName, planUpdate, type UpdateOptions, type UpdatePlan } from './update-plan.js';

export interface TrainStepOptions extends UpdateOptions {
  /** One element, for example the mean over the batch. */
  readonly loss: Tensor;
  /** Further tensors to give back by name. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  /** New values of buffers by their names (running statistics). */
  readonly buffers?: Readonly<Record<string, Tensor>>;
  /** One update per that many batches, whose gradients are averaged. */
  readonly accumulate?: number;
}

export interface TrainStep extends UpdatePlan {
  /** The graph that updates: `loss`, metrics, and `next.` + name for all that changes. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The graph of the batches before it, which only adds gradients to sums. */
  readonly gather: Readonly<Record<string, Tensor>> | undefined;
  /** Names of those sums and their shapes; zeros before the first batch. */
  readonly sums: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly accumulate: number;
}

const sumName = (name: string) => `sum.${name}`;

/**
 * Traces a training step.
 *
 * @throws GraphError where groups match nothing, buffers are unknown or names clash
 */
export function trainStep(options: TrainStepOptions): TrainStep {
  const { loss, metrics = {}, buffers = {}, accumulate = 1 } = options;
  if (!Number.isInteger(accumulate) || accumulate < 1) {
    throw new GraphError(`trainStep: expected accumulate of 1 or more, got ${accumulate}.`);
  }
  const plan = planUpdate(options);
  const grads = grad(
    loss,
    plan.targets.map((t) => t.tensor),
  );
  const shared = { loss, ...metrics, ...bufferOutputs(options, buffers) };
  if (accumulate === 1) {
    const outputs = { ...shared, ...plan.update(grads) };
    return { ...plan, outputs, gather: undefined, sums: [], accumulate };
  }
  const sums = plan.targets.map(({ name, shape }) => ({ name: sumName(name), shape }));
  const added = sums.map(({ name, shape }, i) => add(input(name, shape), grads[i]));
  const averages = added.map((t) => mul(t, 1 / accumulate));
  const gathered = Object.fromEntries(sums.map(({ name }, i) => [nextName(name), added[i]]));
  return {
    ...plan,
    outputs: { ...shared, ...plan.update(averages) },
    gather: { ...shared, ...gathered },
    sums,
    accumulate,
  };
}

function bufferOutputs(
  { params }: TrainStepOptions,
  buffers: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const known = new Set(params.entries().flatMap((e) => (e.kind === 'buffer' ? [e.name] : [])));
  return Object.fromEntries(
    Object.entries(buffers).map(([name, value]) => {
      if (!known.has(name)) {
        throw new GraphError(
          `trainStep: expected buffers of this network, got ${name}; it has ${[...known].join(', ') || 'none'}.`,
        );
      }
      return [nextName(name), value];
    }),
  );
}
