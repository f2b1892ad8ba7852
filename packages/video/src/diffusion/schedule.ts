/**
 * Noise schedules of diffusion as diffusers states them (scheduler_config.json). Rates are rounded
 * to float32 as PyTorch rounds them, since networks were trained with those; products are double.
 * Ho et al. 2020; Rombach et al. 2022 (scaled linear); Nichol & Dhariwal 2021 (cosine).
 */

import { InputError } from '@bandweave/image';
import { fieldsOf } from '../config-fields.js';

/** What the network predicts: the noise, the clean sample, or the velocity (Salimans & Ho 2022). */
export type Prediction = 'epsilon' | 'sample' | 'v_prediction';

export interface NoiseSchedule {
  readonly betas: Float64Array;
  /** Products of 1 - beta up to and with each step: the share of the sample in the variance. */
  readonly kept: Float64Array;
  /** What is kept below step 0. */
  readonly keptBelow: number;
  /** Added to every step that is taken. */
  readonly offset: number;
  readonly prediction: Prediction;
  /** The clean sample is limited to -1..1 at every step. */
  readonly clip: boolean;
}

const MOST_STEPS = 1e5;

/** Stable Diffusion 1.x where nothing else is said; diffusers' own defaults where a file is silent. */
export const STABLE_DIFFUSION = {
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  clip_sample: false,
  set_alpha_to_one: false,
  steps_offset: 1,
} as const;

/** @throws InputError where it is a schedule of another kind */
export function noiseSchedule(
  json: unknown = STABLE_DIFFUSION,
  { file = 'scheduler/scheduler_config.json' } = {},
): NoiseSchedule {
  const { count, number, flag, oneOf, given, wrong, plain } = fieldsOf(json, file);
  plain({ thresholding: false, rescale_betas_zero_snr: false, variance_type: 'fixed' });
  const total = count('num_train_timesteps', 1000);
  if (total > MOST_STEPS) wrong('num_train_timesteps', `at most ${MOST_STEPS}`);
  const kind = oneOf('beta_schedule', ['linear', 'scaled_linear', 'squaredcos_cap_v2'], 'linear');
  const [first, last] = [number('beta_start', 0.0001), number('beta_end', 0.02)];
  const trained = given('trained_betas', undefined);
  const betas = trained === undefined ? betasOf(kind, { total, first, last }) : own(trained, wrong);
  if (betas.length !== total || betas.some((b) => !(b > 0 && b < 1))) {
    wrong(trained === undefined ? 'beta_end' : 'trained_betas', `${total} rates between 0 and 1`);
  }
  const kept = new Float64Array(total);
  let share = 1;
  for (let t = 0; t < total; t++) {
    share *= Math.fround(1 - betas[t]);
    kept[t] = Math.fround(share);
  }
  const offset = number('steps_offset', 0);
  if (!Number.isInteger(offset) || offset < 0) wrong('steps_offset', 'a whole number from 0');
  return {
    betas,
    kept,
    keptBelow: flag('set_alpha_to_one', true) ? 1 : kept[0],
    offset,
    prediction: oneOf('prediction_type', ['epsilon', 'sample', 'v_prediction'], 'epsilon'),
    clip: flag('clip_sample', true),
  };
}

interface BetaRange {
  readonly total: number;
  readonly first: number;
  readonly last: number;
}

function betasOf(kind: string, { total, first, last }: BetaRange): Float64Array {
  if (kind === 'squaredcos_cap_v2') {
    const cosine = (u: number) => Math.cos((((u + 0.008) / 1.008) * Math.PI) / 2) ** 2;
    return Float64Array.from({ length: total }, (_, t) =>
      Math.fround(Math.min(1 - cosine((t + 1) / total) / cosine(t / total), 0.999)),
    );
  }
  if (kind === 'linear') return evenly(first, last, total);
  return evenly(Math.sqrt(first), Math.sqrt(last), total).map((root) => Math.fround(root * root));
}

/** torch.linspace in float32: each half is counted from its own end. */
function evenly(first: number, last: number, total: number): Float64Array {
  const [a, b] = [Math.fround(first), Math.fround(last)];
  const step = total === 1 ? 0 : Math.fround(Math.fround(b - a) / (total - 1));
  return Float64Array.from({ length: total }, (_, t) =>
    Math.fround(
      t < total / 2 || total === 1
        ? a + Math.fround(step * t)
        : b - Math.fround(step * (total - 1 - t)),
    ),
  );
}

function own(values: unknown, wrong: (name: string, expected: string) => never): Float64Array {
  if (Array.isArray(values) && values.length <= MOST_STEPS) return Float64Array.from(values);
  return wrong('trained_betas', 'a list of numbers');
}

/**
 * The steps that `count` evaluations take, the noisiest first: multiples of floor(total / count),
 * plus the offset.
 *
 * @throws InputError where there are more of them than the schedule has
 */
export function timestepsOf({ kept, offset }: NoiseSchedule, count: number): number[] {
  const total = kept.length;
  if (!Number.isInteger(count) || count < 1 || count > total) {
    throw new InputError(`sampler: expected 1 to ${total} steps, got ${count}.`);
  }
  const stride = strideOf(total, count);
  // The offset may lead past the end where every step is taken.
  return Array.from({ length: count }, (_, i) =>
    Math.min(total - 1, i * stride + offset),
  ).reverse();
}

export const strideOf = (total: number, count: number): number => Math.floor(total / count);

/** The share kept at a step, and below the first. */
export const keptAt = ({ kept, keptBelow }: NoiseSchedule, t: number): number =>
  t < 0 ? keptBelow : kept[t];
