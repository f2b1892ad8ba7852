/** SBM's samplers as the steps that `fuse` runs. */

import { GraphError } from '@bandweave/graph';
import { type Sampling, wholeSteps } from '../sampling.js';
import { diffusionPlan } from '../ssdiff/sampling.js';
import { transition } from './bridge.js';
import { type BridgeSchedule, bridgeOf, type SbmConfig, SYMMETRIC } from './config.js';
import { estimate } from './matching.js';
import { timesOf } from './sampler.js';

/** How a network is sampled that was trained on a path. */
export function pathSampling(config: SbmConfig): Sampling {
  const { schedule } = config;
  if (schedule === 'diffusion') return fromNoise(config);
  if (schedule === 'regression') return onePass(config);
  return bridgeSampling({ ...config, schedule });
}

/** DDIM and DDPM over the cosine schedule; the network is told the time in 0 .. 1. */
function fromNoise(config: SbmConfig): Sampling {
  return {
    samplers: ['ddim', 'ddpm'],
    presets: { 'ddim-10': { sampler: 'ddim', steps: 10 } },
    usual: 'ddim-10',
    evaluate: (params, inputs) => estimate(config, params, inputs),
    plan({ sampler, steps: count }) {
      const noise = sampler === 'ddpm' ? 'posterior' : 'none';
      const plan = diffusionPlan({ steps: wholeSteps('sbm', count), spacing: 'trailing', noise });
      const last = SYMMETRIC.steps - 1;
      return { ...plan, steps: plan.steps.map((step) => ({ ...step, time: step.time / last })) };
    },
  };
}

/** No path at all: one evaluation, from zero. */
function onePass(config: SbmConfig): Sampling {
  return {
    samplers: ['pass'],
    presets: { pass: { sampler: 'pass', steps: 1 } },
    usual: 'pass',
    evaluate: (params, inputs) => estimate(config, params, inputs),
    plan({ steps }) {
      if (steps === 1) {
        const only = { time: 1, prediction: 1, state: 0, deviation: 0 };
        return { begin: 'zero', state: 'residual', steps: [only] };
      }
      throw new GraphError(`sbm: expected one step of regression, got ${steps}.`);
    },
  };
}

/**
 * Along the bridge from a residual of zero: `ode` without noise between steps, `sde` with it. One
 * step of either is one pass of the network.
 */
export function bridgeSampling(
  config: SbmConfig & { readonly schedule: BridgeSchedule },
): Sampling {
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
function sampledTimes({ schedule }: Pick<SbmConfig, 'schedule'>, count: number): number[] {
  if (schedule === 'constant') return timesOf(count);
  const last = SYMMETRIC.steps - 1;
  if (count > last) {
    throw new GraphError(`sbm: expected at most ${last} steps of its schedule, got ${count}.`);
  }
  return timesOf(count).map((time) => Math.round(time * last));
}
