/** The iterations of denoising as requests for passes, so that any executor can run them. */

import type { PassMemory, PassPlan, PassRequest } from '../patches/pass.js';
import type { DenoiseParameters } from './parameters.js';

/** The plan of the passes of a picture. */
export function denoisePlan(
  { bands, height, width }: Pick<PassPlan, 'bands' | 'height' | 'width'>,
  { side, step, search, count, mode, rule, precision = 'single' }: DenoiseParameters,
): PassPlan {
  return { bands, height, width, side, step, search, count, mode, rule, precision };
}

/**
 * E ← E + delta (noisy - E), then a pass; groups found anew on every `rematch`-th iteration, noise
 * levels local from the second one on. `memory.current` holds the estimate after each.
 */
export function* denoiseSteps(
  { noisy, current }: PassMemory,
  parameters: DenoiseParameters,
  sigma: number,
): Generator<PassRequest, void, void> {
  const { iterations, rematch, delta, lambda, countFall } = parameters;
  let count = parameters.count;
  current.set(noisy);
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (let i = 0; i < current.length; i++) current[i] += delta * (noisy[i] - current[i]);
    const anew = iteration % rematch === 0;
    if (anew) count = Math.max(Math.min(count, 10), count - countFall);
    yield {
      count,
      matches: anew ? 'new' : 'kept',
      noise: iteration === 0 ? { kind: 'fixed', level: sigma } : { kind: 'local', sigma, lambda },
    };
  }
}
