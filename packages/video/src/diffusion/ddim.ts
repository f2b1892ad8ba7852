/**
 * DDIM: a step against the noise, a step into it, and what training needs. Song et al. 2021. Sums
 * are float32 arrays, coefficients double precision.
 */

import { InputError } from '@bandweave/image';
import { keptAt, type NoiseSchedule, strideOf } from './schedule.js';

export interface StepOptions {
  /** How many steps the whole way has. */
  readonly steps: number;
  /** What the network gave. */
  readonly output: Float32Array;
  /** The step that it was given for. */
  readonly t: number;
}

export interface DdimStepOptions extends StepOptions {
  /** 0 adds no noise; 1 as much as DDPM. */
  readonly eta?: number;
  /** Standard normal, where eta is above 0. */
  readonly noise?: Float32Array | undefined;
}

export interface DdimStep {
  /** The sample one step nearer to the clean one. */
  readonly previous: Float32Array;
  /** The clean sample as predicted from here. */
  readonly clean: Float32Array;
}

function sameLength(op: string, a: Float32Array, b: Float32Array | undefined): void {
  if (b?.length !== a.length) {
    throw new InputError(`${op}: expected ${a.length} values of each, got ${b?.length ?? 'none'}.`);
  }
}

interface Split {
  /** clean = x · sample + o · output, and so the noise. */
  readonly clean: readonly [x: number, o: number];
  readonly noise: readonly [x: number, o: number];
}

/** How the output and the sample make up the clean sample and the noise, at a share kept. */
function splitOf({ prediction }: NoiseSchedule, kept: number): Split {
  const [a, b] = [Math.sqrt(kept), Math.sqrt(1 - kept)];
  if (prediction === 'epsilon') return { clean: [1 / a, -b / a], noise: [0, 1] };
  if (prediction === 'v_prediction') return { clean: [a, -b], noise: [b, a] };
  return { clean: [0, 1], noise: [1 / b, -a / b] };
}

/**
 * x' = √ā' x0 + √(1 - ā' - s²) ε + s · noise,  s = η √((1 - ā') / (1 - ā) · (1 - ā / ā'))
 */
export function ddimStep(
  schedule: NoiseSchedule,
  sample: Float32Array,
  { steps, output, t, eta = 0, noise }: DdimStepOptions,
): DdimStep {
  sameLength('ddimStep', sample, output);
  if (eta > 0) sameLength('ddimStep', sample, noise);
  const kept = keptAt(schedule, t);
  const next = keptAt(schedule, t - strideOf(schedule.kept.length, steps));
  const spread = eta * Math.sqrt(Math.max(0, ((1 - next) / (1 - kept)) * (1 - kept / next)));
  const split = splitOf(schedule, kept);
  const [toClean, toNoise] = [Math.sqrt(next), Math.sqrt(Math.max(0, 1 - next - spread ** 2))];
  const previous = new Float32Array(sample.length);
  const clean = new Float32Array(sample.length);
  for (let i = 0; i < sample.length; i++) {
    const whole = split.clean[0] * sample[i] + split.clean[1] * output[i];
    const x0 = schedule.clip ? Math.min(1, Math.max(-1, whole)) : whole;
    const epsilon = split.noise[0] * sample[i] + split.noise[1] * output[i];
    clean[i] = x0;
    previous[i] = toClean * x0 + toNoise * epsilon + (spread > 0 ? spread * noise![i] : 0);
  }
  return { previous, clean };
}

/**
 * One step into the noise, to t: the sample is taken as that of t - total / steps, whatever the
 * network was told. x' = √ā' (x - √(1 - ā) ε) / √ā + √(1 - ā') ε. Mokady et al. 2023.
 */
export function invertStep(
  schedule: NoiseSchedule,
  sample: Float32Array,
  { steps, output, t }: StepOptions,
): Float32Array {
  sameLength('invertStep', sample, output);
  const kept = keptAt(schedule, t - strideOf(schedule.kept.length, steps));
  const next = keptAt(schedule, t);
  const split = splitOf(schedule, kept);
  const [toClean, toNoise] = [Math.sqrt(next), Math.sqrt(1 - next)];
  const x = toClean * split.clean[0] + toNoise * split.noise[0];
  const o = toClean * split.clean[1] + toNoise * split.noise[1];
  return sample.map((value, i) => x * value + o * output[i]);
}

/** √ā x0 + √(1 - ā) noise: the sample at step t. */
export function addNoise(
  { kept }: NoiseSchedule,
  clean: Float32Array,
  { noise, t }: { readonly noise: Float32Array; readonly t: number },
): Float32Array {
  sameLength('addNoise', clean, noise);
  const [a, b] = [Math.sqrt(kept[t]), Math.sqrt(1 - kept[t])];
  return clean.map((value, i) => a * value + b * noise[i]);
}

/** √ā noise - √(1 - ā) x0: what a network that predicts velocities learns. */
export function velocity(
  { kept }: NoiseSchedule,
  clean: Float32Array,
  { noise, t }: { readonly noise: Float32Array; readonly t: number },
): Float32Array {
  sameLength('velocity', clean, noise);
  const [a, b] = [Math.sqrt(kept[t]), Math.sqrt(1 - kept[t])];
  return clean.map((value, i) => a * noise[i] - b * value);
}

/** What the network is to give for a noised sample. */
export function trainingTarget(
  schedule: NoiseSchedule,
  clean: Float32Array,
  drawn: { readonly noise: Float32Array; readonly t: number },
): Float32Array {
  if (schedule.prediction === 'epsilon') return drawn.noise;
  return schedule.prediction === 'sample' ? clean : velocity(schedule, clean, drawn);
}
