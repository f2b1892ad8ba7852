/** From the enlarged MS to the sharp image along a bridge, in few steps. */

import { GraphError, type Random } from '@bandweave/graph';
import { type Bridge, transition } from './bridge.js';

/** What a network makes of a state at a time: its estimate of the target. */
export type Predict = (state: Float32Array, time: number) => Float32Array | Promise<Float32Array>;

export interface SampleOptions {
  readonly bridge: Bridge;
  readonly predict: Predict;
  /** Times from the source's to the target's, falling; see `timesOf`. */
  readonly times: readonly number[];
  /** `ode` draws no noise; with `sde` it comes from `noise`, except in the last step. */
  readonly sampler: 'ode' | 'sde';
  /** Standard normal numbers. */
  readonly noise?: Pick<Random, 'normal'>;
}

/** Equal steps over the times of a Brownian bridge: `steps` + 1 of them, 1 to 0. */
export function timesOf(steps: number): number[] {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new GraphError(`sampler: expected one step or more, got ${steps}.`);
  }
  return Array.from({ length: steps + 1 }, (_, i) => 1 - i / steps);
}

/** The states after each step, the last being the result. */
export async function sampleBridge(
  source: Float32Array,
  { bridge, predict, times, sampler, noise }: SampleOptions,
): Promise<Float32Array[]> {
  if (times.length < 2)
    throw new GraphError(`sampler: expected two times or more, got ${times.length}.`);
  if (sampler === 'sde' && !noise)
    throw new GraphError('sampler: expected noise for sde, got none.');
  const states: Float32Array[] = [];
  let x = source;
  for (let i = 1; i < times.length; i++) {
    const [from, to] = [times[i - 1], times[i]];
    const step = transition(bridge, { from, to });
    const estimate = await predict(x, from);
    const last = i === times.length - 1;
    const spread = sampler === 'ode' || last || !noise ? undefined : noise;
    const before = x;
    x = Float32Array.from(estimate, (value, k) => {
      const mean = step.prediction * value + step.state * before[k];
      return spread ? mean + step.deviation * spread.normal() : mean;
    });
    states.push(x);
  }
  return states;
}
