/**
 * One-shot tuning of a clip: the noise that was put on its latents is to be found again. Wu et al.
 * 2023 (Tune-A-Video); what APLA adds (perturbation, hyper-loss, discriminator) is our reading.
 */

import {
  type AdamOptions,
  adamW,
  createParams,
  createTrainer,
  input,
  type Params,
  random,
  seedFor,
  type Tensor,
  type Trainer,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { addNoise, trainingTarget } from '../diffusion/ddim.js';
import type { NoiseSchedule } from '../diffusion/schedule.js';
import { parametersIn } from '../run/parameters-in.js';
import { type NoiseNetwork, predictedNoise } from '../run/predictor.js';
import { TUNED } from '../unet/inflate.js';
import {
  type DiscriminatorConfig,
  discriminator,
  discriminatorLoss,
} from '../vgt/discriminator.js';
import { generatorLoss, type LossWeights, PLAIN_LOSS } from '../vgt/loss.js';
import { loadTuning, saveTuning } from './checkpoints.js';

export interface TunerOptions {
  /** `perturbation.params` must have names of their own, as `createParams().scope('vgt')` gives. */
  readonly network: NoiseNetwork;
  readonly schedule: NoiseSchedule;
  /** [channels, frames, height, width] of the latents. */
  readonly shape: readonly number[];
  /** Tokens of the prompt. */
  readonly tokens: number;
  readonly weights?: LossWeights;
  /** The discriminator's, where a weight asks for it. */
  readonly judge?: Params | undefined;
  readonly widths?: DiscriminatorConfig | undefined;
  readonly rates?: { readonly unet?: number; readonly vgt?: number; readonly judge?: number };
  /** Of AdamW, for all three. */
  readonly adam?: Omit<AdamOptions, 'weightDecay'>;
  readonly weightDecay?: number;
  /** Common norm that gradients are limited to. */
  readonly clipNorm?: number;
  /** 'blocks' keeps nothing inside of a block between the passes. */
  readonly recompute?: 'none' | 'blocks';
  readonly attentionChunk?: number;
  readonly threads?: number;
  /** Of the steps and the noise that are drawn; a resumed run draws the same. */
  readonly seed?: number;
}

export interface TuningBatch {
  /** The clip's latents, scaled. */
  readonly latent: Float32Array;
  /** Its prompt, encoded. */
  readonly text: Float32Array;
  /** Drawn unless given. */
  readonly t?: number;
  readonly noise?: Float32Array;
}

export interface TuningStep {
  /** Counted from 1. */
  readonly step: number;
  /** The weighted sum. */
  readonly loss: number;
  /** Each part without its weight, and the discriminator's loss. */
  readonly parts: Readonly<Record<string, number>>;
  readonly predicted: Float32Array;
}

export interface Tuner {
  readonly steps: number;
  step(batch: TuningBatch): Promise<TuningStep>;
  /** Writes what was tuned, whole or not at all. */
  save(folder: string): Promise<void>;
  /** Goes on from what was written. */
  load(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Rates of the base and, ours, of what APLA adds. */
const RATES = { unet: 3e-5, vgt: 1e-4, judge: 1e-4 };

/** Parameters of which a trainer is to know only some. */
const only = (params: Params, entries: ReturnType<Params['entries']>): Params => ({
  ...params,
  entries: () => entries,
  stateDict: () => new Map(entries.map((e) => [e.name, { shape: e.shape, data: e.slot.data }])),
});

/** A tuner whose parameters are those given: their slots always hold the newest. */
export async function createTuner(options: TunerOptions): Promise<Tuner> {
  const { network, schedule, shape, tokens, weights = PLAIN_LOSS, judge, seed = 0 } = options;
  const { weightDecay = 0.01, clipNorm = 1, threads = 0 } = options;
  const rates = { ...RATES, ...options.rates };
  const whole = [1, ...shape];
  const inputs = {
    sample: input('sample', whole),
    time: input('time', [1]),
    text: input('text', [1, tokens, network.config.textWidth]),
  };
  const target = input('target', whole);
  const { recompute = 'none', attentionChunk, widths } = options;
  const predicted = predictedNoise(network, inputs, {
    recompute,
    ...(attentionChunk === undefined ? {} : { attentionChunk }),
  });
  if (!judge && (weights.perceptual > 0 || weights.adversarial > 0)) {
    throw new InputError(
      'createTuner: expected parameters of a discriminator for these weights, got none; give judge.',
    );
  }
  const { total, parts } = generatorLoss(predicted, target, {
    weights,
    judge: judge ?? createParams(),
    ...(widths ? { widths } : {}),
  });
  const adversarial = weights.adversarial > 0;
  const made = { optimizer: adamW({ ...options.adam, weightDecay }), threads } as const;
  const clip = { by: 'norm', max: clipNorm } as const;

  const perturbation = network.perturbation?.params.entries() ?? [];
  const tuned = [
    ...network.params.entries().filter(({ name }) => TUNED.test(name)),
    ...perturbation,
  ];
  const read = parametersIn({ total });
  const held = new Set(tuned.map((e) => e.name));
  const frozen = new Map(
    [...network.params.entries(), ...(judge?.entries() ?? [])]
      .filter(({ name }) => read.has(name) && !held.has(name))
      .map((e) => [e.name, e.slot]),
  );
  const ownRate = new Set(perturbation.map((e) => e.name));
  const generator = await createTrainer({
    ...made,
    clip,
    loss: total,
    metrics: { ...(parts as Record<string, Tensor>), predicted },
    params: only(network.params, tuned),
    lr: rates.unet,
    groups: ownRate.size > 0 ? [{ match: (name: string) => ownRate.has(name), lr: rates.vgt }] : [],
  });
  const critic = adversarial && judge ? await openCritic(judge, whole) : undefined;

  async function openCritic(params: Params, size: readonly number[]): Promise<Trainer> {
    const [real, fake] = ['real', 'fake'].map((name) =>
      discriminator(params, input(name, size), widths),
    );
    return createTrainer({
      ...made,
      loss: discriminatorLoss(real, fake),
      params: only(params, params.entries()),
      lr: rates.judge,
    });
  }

  return {
    get steps() {
      return generator.steps;
    },
    async step({ latent, text, ...given }) {
      const source = random(seedFor(`step ${generator.steps}`, seed));
      const t = given.t ?? Math.floor(source.uniform() * schedule.kept.length);
      const noise = given.noise ?? latent.map(() => source.normal());
      const wanted = trainingTarget(schedule, latent, { noise, t });
      const { loss, metrics } = await generator.train({
        sample: addNoise(schedule, latent, { noise, t }),
        time: Float32Array.of(t),
        text,
        target: wanted,
        ...Object.fromEntries([...frozen].map(([name, slot]) => [name, slot.data])),
      });
      const { predicted: out, ...rest } = metrics;
      const values: Record<string, number> = Object.fromEntries(
        Object.entries(rest).map(([name, value]) => [name, Number(value.data[0])]),
      );
      const fake = out.data as Float32Array;
      if (critic) values['discriminator'] = (await critic.train({ real: wanted, fake })).loss;
      return { step: generator.steps, loss, parts: values, predicted: fake };
    },
    save: (folder) => saveTuning(folder, { generator, critic }),
    load: (folder) => loadTuning(folder, { generator, critic }),
    async close() {
      await generator.close();
      await critic?.close();
    },
  };
}
