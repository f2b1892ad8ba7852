/**
 * SSDiff's samplers as steps: DDIM (Song et al. 2021) over its cosine schedule, without noise
 * between steps or, as DDPM (Ho et al. 2020), with all of it.
 */

import { GraphError } from '@bandweave/graph';
import { type Sampling, type SamplingPlan, type SamplingStep, wholeSteps } from '../sampling.js';
import type { SsDiffConfig } from './config.js';
import { ssDiff } from './network.js';
import { RELEASED, type SamplerOptions, TRAINING_STEPS } from './sampler-options.js';
import { cosineNoise, respaced } from './schedule.js';

/** Steps of the whole schedule from the noisiest on. */
function spaced(count: number, spacing: 'trailing' | 'leading'): readonly number[] {
  if (spacing === 'leading')
    return [...respaced(cosineNoise(TRAINING_STEPS), count).steps].reverse();
  // From the very last step, where the state is noise as it is drawn: Lin et al. 2024.
  return Array.from({ length: count }, (_, i) => Math.round(TRAINING_STEPS * (1 - i / count)) - 1);
}

/**
 * x <- √ā' x0 + √(1 - ā' - σ²) ε + σ z with ε = (x - √ā x0) / √(1 - ā), and σ² the variance of
 * q(x' | x, x0) for `posterior`, else zero.
 */
export function diffusionPlan({
  steps: count = 10,
  conditioning = 'mapped',
  state = 'residual',
  spacing = 'leading',
  noise = 'none',
}: SamplerOptions = {}): SamplingPlan {
  const { kept } = cosineNoise(TRAINING_STEPS);
  const times = spaced(count, spacing);
  const steps = times.map((time, i): SamplingStep => {
    const now = kept[time];
    const next = i + 1 < count ? kept[times[i + 1]] : 1;
    const variance = noise === 'posterior' ? ((1 - next) / (1 - now)) * (1 - now / next) : 0;
    const direction = Math.sqrt(Math.max(0, 1 - next - variance)) / Math.sqrt(1 - now);
    return {
      time: conditioning === 'mapped' ? time : count - 1 - i,
      prediction: Math.sqrt(next) - direction * Math.sqrt(now),
      state: direction,
      deviation: Math.sqrt(variance),
    };
  });
  return { begin: 'noise', state, steps };
}

const SAMPLERS: Readonly<Record<string, SamplerOptions>> = {
  ddim: { spacing: 'trailing' },
  'ddim-leading': { spacing: 'leading' },
  ddpm: { spacing: 'trailing', noise: 'posterior' },
  released: RELEASED,
};

/** @param usual the preset that is taken where none is asked for */
export function diffusionSampling(config: SsDiffConfig, usual: 'ddim-10' | 'released'): Sampling {
  return {
    samplers: Object.keys(SAMPLERS),
    presets: {
      'ddim-10': { sampler: 'ddim', steps: 10 },
      released: { sampler: 'released', steps: 10 },
    },
    usual,
    clamp: true,
    evaluate: (params, inputs) => ssDiff(config, params, inputs),
    plan({ sampler, steps }) {
      const options = Object.hasOwn(SAMPLERS, sampler) ? SAMPLERS[sampler] : undefined;
      if (options) return diffusionPlan({ ...options, steps: wholeSteps('ssdiff', steps) });
      const known = Object.keys(SAMPLERS).join(', ');
      throw new GraphError(`ssdiff: expected the sampler ${known}, got ${sampler}.`);
    },
  };
}
