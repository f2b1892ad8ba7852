/** The steps between a network's evaluations: plain arithmetic on one window. */

import type { SamplingPlan } from './sampling.js';

export interface SamplingRun {
  /** [bands, height, width]: the image that residuals stand on. */
  readonly lms: Float32Array;
  /** The residual that the network estimates. */
  readonly evaluate: (state: Float32Array, time: number) => Promise<Float32Array>;
  /** Standard normal, for the beginning (step 0) and after each step (from 1 on). */
  readonly noise: (step: number) => Float32Array;
  /** Keeps estimated images within 0 .. 1. */
  readonly clamp?: boolean;
  /** What estimated images are put through, such as a projection onto what is known. */
  readonly correct?: ((image: Float32Array) => Float32Array) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each evaluation. */
  readonly onStep?: (() => void) | undefined;
}

/**
 * The image that a plan leads to: the estimate of its last step.
 *
 * @throws the signal's reason between two steps
 */
export async function runSampling(
  plan: SamplingPlan,
  { lms, evaluate, noise, clamp = false, correct, signal, onStep }: SamplingRun,
): Promise<Float32Array> {
  const size = lms.length;
  let state = plan.begin === 'noise' ? noise(0) : new Float32Array(size);
  let image = lms;
  for (const [i, step] of plan.steps.entries()) {
    signal?.throwIfAborted();
    const residual = await evaluate(state, step.time);
    image = new Float32Array(size);
    for (let k = 0; k < size; k++) {
      const value = lms[k] + residual[k];
      image[k] = clamp ? Math.min(1, Math.max(0, value)) : value;
    }
    if (correct) image = correct(image);
    onStep?.();
    if (i === plan.steps.length - 1) break;
    const next = new Float32Array(size);
    const base = plan.state === 'image' ? undefined : lms;
    for (let k = 0; k < size; k++) {
      const start = base ? image[k] - base[k] : image[k];
      next[k] = step.prediction * start + step.state * state[k];
    }
    if (step.deviation > 0) {
      const drawn = noise(i + 1);
      for (let k = 0; k < size; k++) next[k] += step.deviation * drawn[k];
    }
    state = next;
  }
  return image;
}
