/** SBM's samplers as the steps that `fuse` runs. */

import { GraphError } from '@bandweave/graph';
import { type Sampling, wholeSteps } from '../sampling.js';
import { transition } from './bridge.js';
import { bridgeOf, type SbmConfig, SYMMETRIC } from './config.js';
import { estimate } from './matching.js';
import { timesOf } from './sampler.js';

/**
 * Along the bridge from a residual of zero: `ode` without noise between steps, `sde` with it. One
 * step of either is one pass of the network.
 */
export function bridgeSampling(config: SbmConfig): Sampling {
  return {
    samplers: ['ode', 'sde'],
    presets: {
      'ode-1': { sampler: 'ode', steps: 1 },
      'sde-5': { sampler: 'sde', steps: 5 },
    },
    usual: 'ode-1',
    evaluate: (params, inputs) => estimate(config, params, inputs),
    plan({ sampler, steps: count }) {
      if (sampler !== 'ode' && sampler !== 'sde') {
        throw new GraphError(`sbm: expected the sampler ode or sde, got ${sampler}.`);
      }
      const times = sampledTimes(config, wholeSteps('sbm', count));
      const bridge = bridgeOf(config);
      const scale = config.schedule === 'constant' ? 1 : SYMMETRIC.steps - 1;
      const steps = times.slice(1).map((to, i) => {
        const from = times[i];
        const last = i === count - 1;
        // The last state is the estimate itself, also where a schedule ends short of the target.
        if (last) return { time: from / scale, prediction: 1, state: 0, deviation: 0 };
        const step = transition(bridge, { from, to });
        const deviation = sampler === 'sde' ? step.deviation : 0;
        return { time: from / scale, prediction: step.prediction, state: step.state, deviation };
      });
      return { begin: 'zero', state: 'residual', steps };
    },
  };
}

/** Equal steps from the source to the target; whole ones of the symmetric schedule. */
function sampledTimes({ schedule }: SbmConfig, count: number): number[] {
  if (schedule === 'constant') return timesOf(count);
  const last = SYMMETRIC.steps - 1;
  if (count > last) {
    throw new GraphError(`sbm: expected at most ${last} steps of its schedule, got ${count}.`);
  }
  return timesOf(count).map((time) => Math.round(time * last));
}
