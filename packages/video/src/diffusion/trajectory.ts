/** The way into the noise and back: DDIM inversion, and sampling guided by a text. */

import { ddimStep, invertStep } from './ddim.js';
import { type NoiseSchedule, timestepsOf } from './schedule.js';

/** What the network gives for a latent at a step, once for each text. */
export type Predict = (
  latent: Float32Array,
  t: number,
  texts: readonly Float32Array[],
) => Promise<readonly Float32Array[]>;

export interface WayOptions {
  readonly schedule: NoiseSchedule;
  readonly predict: Predict;
  /** Evaluations of the network (twice as many with guidance); 50 in the paper. */
  readonly steps?: number;
  /** After every step, counted from 1. */
  readonly onStep?: ((step: number, latent: Float32Array) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The noise that a clean latent comes from: nothing guides, `text` is that of the empty prompt. */
export async function invert(
  latent: Float32Array,
  text: Float32Array,
  { schedule, predict, steps = 50, onStep, signal }: WayOptions,
): Promise<Float32Array> {
  let x = latent;
  for (const [i, t] of timestepsOf(schedule, steps).reverse().entries()) {
    signal?.throwIfAborted();
    const [output] = await predict(x, t, [text]);
    x = invertStep(schedule, x, { steps, output, t });
    onStep?.(i + 1, x);
  }
  return x;
}

export interface SampleOptions extends WayOptions {
  /** The prompt, encoded. */
  readonly text: Float32Array;
  /** What to lead away from, encoded: the empty prompt, or what shall not be seen. */
  readonly away: Float32Array;
  /** 1 follows the prompt alone; 12.5 in the paper. Ho & Salimans 2021. */
  readonly guidance?: number;
  /** 0 is deterministic. */
  readonly eta?: number;
  /** Standard normal values, where eta is above 0. */
  readonly noise?: ((length: number) => Float32Array) | undefined;
}

/** The clean latent that a noisy one leads to: e = e_away + guidance · (e_text - e_away). */
export async function sampleLatent(
  latent: Float32Array,
  { text, away, guidance = 12.5, eta = 0, noise, ...way }: SampleOptions,
): Promise<Float32Array> {
  const { schedule, predict, steps = 50, onStep, signal } = way;
  let x = latent;
  for (const [i, t] of timestepsOf(schedule, steps).entries()) {
    signal?.throwIfAborted();
    const output = await guided(x, t, { predict, text, away, guidance });
    const drawn = eta > 0 ? noise?.(x.length) : undefined;
    x = ddimStep(schedule, x, { steps, output, t, eta, noise: drawn }).previous;
    onStep?.(i + 1, x);
  }
  return x;
}

type Guide = Required<Pick<SampleOptions, 'predict' | 'text' | 'away' | 'guidance'>>;

async function guided(
  x: Float32Array,
  t: number,
  { predict, text, away, guidance }: Guide,
): Promise<Float32Array> {
  if (guidance === 1) return (await predict(x, t, [text]))[0];
  const [without, within] = await predict(x, t, [away, text]);
  return without.map((e, i) => e + guidance * (within[i] - e));
}
