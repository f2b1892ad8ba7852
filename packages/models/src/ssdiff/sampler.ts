/** SSDiff's sampler as one trace, with every step to be looked at. */

import { add, clamp, constant, mul, type Params, sub, type Tensor } from '@bandweave/graph';
import type { SsDiffConfig } from './config.js';
import { ssDiff } from './network.js';
import type { SamplerOptions } from './sampler-options.js';
import { diffusionPlan } from './sampling.js';

export interface SamplerInputs {
  readonly ms: Tensor;
  readonly lms: Tensor;
  readonly pan: Tensor;
  /** Standard normal, of the shape of `lms`. */
  readonly noise: Tensor;
}

export interface SampledStep {
  /** What the network gives: a residual. */
  readonly residual: Tensor;
  /** The image that it stands for, within 0 .. 1. */
  readonly image: Tensor;
  /** The state after the step. */
  readonly state: Tensor;
}

/** All steps, the noisiest first; the image of the last is the result. Without noise between. */
export function sampleSteps(
  config: SsDiffConfig,
  params: Params,
  { noise, ...inputs }: SamplerInputs,
  options: Omit<SamplerOptions, 'noise'> = {},
): readonly SampledStep[] {
  const { lms } = inputs;
  const [batch] = lms.shape;
  const plan = diffusionPlan(options);
  let x = noise;
  return plan.steps.map((step) => {
    const time = constant(new Float32Array(batch).fill(step.time), [batch]);
    const residual = ssDiff(config, params, { ...inputs, state: x, time });
    const image = clamp(add(residual, lms), 0, 1);
    const start = plan.state === 'image' ? image : sub(image, lms);
    x = add(mul(start, step.prediction), mul(x, step.state));
    return { residual, image, state: x };
  });
}
