/** SSDiff's sampler: DDIM without noise between steps (Song et al. 2021), as one trace. */

import { add, clamp, constant, mul, type Params, sub, type Tensor } from '@bandweave/graph';
import type { SsDiffConfig } from './config.js';
import { ssDiff } from './network.js';
import { cosineNoise, respaced } from './schedule.js';

/** Steps of the whole schedule. */
export const TRAINING_STEPS = 1000;

export interface SamplerOptions {
  /** Network evaluations; 10 as released. */
  readonly steps?: number;
  /**
   * What the network is told of the time: 'mapped' is the step of the whole schedule, as it was
   * trained; 'index' counts the steps that are left, as the released sampler does.
   */
  readonly conditioning?: 'mapped' | 'index';
  /**
   * What is diffused: 'residual' is the image less `lms`, as in training; 'image' the image itself,
   * as the released sampler does.
   */
  readonly state?: 'residual' | 'image';
}

/** The released sampler, faults included. */
export const RELEASED: SamplerOptions = { steps: 10, conditioning: 'index', state: 'image' };

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

/**
 * All steps, the noisiest first; the image of the last is the result.
 *
 * ε = (x / √ā - x0) / √(1/ā - 1);  x ← √ā' x0 + √(1 - ā') ε
 */
export function sampleSteps(
  config: SsDiffConfig,
  params: Params,
  { noise, ...inputs }: SamplerInputs,
  { steps = 10, conditioning = 'mapped', state: diffused = 'residual' }: SamplerOptions = {},
): readonly SampledStep[] {
  const { kept, keptBefore, steps: map } = respaced(cosineNoise(TRAINING_STEPS), steps);
  const { lms } = inputs;
  const batch = lms.shape[0];
  const done: SampledStep[] = [];
  let x = noise;
  for (let i = steps - 1; i >= 0; i--) {
    const at = conditioning === 'mapped' ? map[i] : i;
    const time = constant(new Float32Array(batch).fill(at), [batch]);
    const residual = ssDiff(config, params, { ...inputs, state: x, time });
    const image = clamp(add(residual, lms), 0, 1);
    const start = diffused === 'image' ? image : sub(image, lms);
    const scaled = mul(x, Math.sqrt(1 / kept[i]));
    const epsilon = mul(sub(scaled, start), 1 / Math.sqrt(1 / kept[i] - 1));
    x = add(mul(start, Math.sqrt(keptBefore[i])), mul(epsilon, Math.sqrt(1 - keptBefore[i])));
    done.push({ residual, image, state: x });
  }
  return done;
}
