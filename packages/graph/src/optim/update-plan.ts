/** The update half of a training step: which tensors are kept, fed and given back. */

import type { Shape } from '../core/shape.js';
import { input, type Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { add, mul } from '../ops/arithmetic.js';
import type { ParameterEntry, Params } from '../params/params.js';
import { type Clip, clipGradients } from './clip.js';
import { type ParameterGroup, type ResolvedGroup, resolveGroups } from './groups.js';
import type { Optimizer } from './optimizer.js';
import type { Schedule } from './schedule.js';

/** How parameters follow their gradients. */
export interface UpdateOptions {
  readonly params: Params;
  readonly optimizer: Optimizer;
  /** Of parameters whose group states none. */
  readonly lr: number | Schedule;
  readonly groups?: readonly ParameterGroup[];
  readonly clip?: Clip;
  /** Exponential moving average of every trained parameter: e ← decay · e + (1 - decay) · p. */
  readonly ema?: { readonly decay: number };
}

/** A tensor that goes from one step to the next; its new value is the output `next.` + name. */
export interface StateTensor {
  readonly name: string;
  readonly shape: Shape;
  /** Zeros, or a copy of what a parameter is when training begins. */
  readonly begin: 'zeros' | ParameterEntry;
}

export interface UpdatePlan {
  /** Parameters that are trained. */
  readonly targets: readonly ParameterEntry[];
  /** What is kept besides the parameters. */
  readonly state: readonly StateTensor[];
  /** New parameters and state from gradients in the order of `targets`. */
  update(grads: readonly Tensor[]): Record<string, Tensor>;
  /** The rate of the first group and the numbers to feed; steps count from 0. */
  at(step: number): { readonly lr: number; readonly feeds: Record<string, Float32Array> };
}

/** Name of the output that carries the new value of an input. */
export const nextName = (name: string): string => `next.${name}`;

const rateName = (name: string, group: number) => `rate.${group}.${name}`;

/**
 * Decides groups, state and feeds.
 *
 * @throws GraphError where groups or options make no sense
 */
export function planUpdate(options: UpdateOptions): UpdatePlan {
  const { params, optimizer, lr, groups = [], clip, ema } = options;
  if (ema && !(ema.decay >= 0 && ema.decay < 1)) {
    throw new GraphError(`trainStep: expected ema.decay in [0, 1), got ${ema.decay}.`);
  }
  const rest = { lr, weightDecay: optimizer.weightDecay };
  const resolved = resolveGroups(params.entries(), groups, rest);
  const targets = resolved.flatMap((group) => group.entries);
  const kept = targets.map((entry) => stateOf(entry, optimizer));
  const averages = ema ? targets.map(averageOf) : [];
  return {
    targets,
    state: [...kept.flat(), ...averages],
    update(grads) {
      const clipped = clip ? clipGradients(grads, clip) : grads;
      const rates = resolved.map((_, i) =>
        optimizer.rates.map((name) => input(rateName(name, i), [])),
      );
      const next: Record<string, Tensor> = {};
      let at = targets.length;
      // From the last layer to the first, as gradients appear: each can be let go at once.
      for (const group of [...resolved].reverse()) {
        for (const entry of [...group.entries].reverse()) {
          at -= 1;
          const old = kept[at].map((t) => input(t.name, t.shape));
          const { value, state } = optimizer.update({
            value: entry.tensor,
            grad: clipped[at],
            state: old,
            rates: rates[resolved.indexOf(group)],
            weightDecay: group.weightDecay,
          });
          next[nextName(entry.name)] = value;
          state.forEach((t, i) => {
            next[nextName(kept[at][i].name)] = t;
          });
          if (ema) next[nextName(averages[at].name)] = averaged(averages[at], value, ema.decay);
        }
      }
      return next;
    },
    at: (step) => feedsAt(resolved, optimizer, step),
  };
}

const stateOf = ({ name, shape }: ParameterEntry, optimizer: Optimizer): StateTensor[] =>
  optimizer.state.map((part) => ({
    name: `${optimizer.name}.${part}.${name}`,
    shape,
    begin: 'zeros',
  }));

/** Name under which the moving average of a parameter is kept. */
export const averageName = (name: string): string => `ema.${name}`;

const averageOf = (entry: ParameterEntry): StateTensor => ({
  name: averageName(entry.name),
  shape: entry.shape,
  begin: entry,
});

const averaged = ({ name, shape }: StateTensor, value: Tensor, decay: number) =>
  add(mul(input(name, shape), decay), mul(value, 1 - decay));

function feedsAt(groups: readonly ResolvedGroup[], optimizer: Optimizer, step: number) {
  const feeds: Record<string, Float32Array> = {};
  groups.forEach(({ schedule, weightDecay }, i) => {
    const values = optimizer.ratesAt({ lr: schedule(step), weightDecay, step: step + 1 });
    optimizer.rates.forEach((name, k) => {
      feeds[rateName(name, i)] = Float32Array.of(values[k]);
    });
  });
  return { lr: groups[0].schedule(step), feeds };
}
