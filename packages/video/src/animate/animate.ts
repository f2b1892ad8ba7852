/**
 * One clip, tuned on and told anew: Tune-A-Video's way (Wu et al. 2023) with APLA's additions where
 * the variant has them. Encode, tune, invert to noise, sample by the edit's text, decode.
 */

import { createParams, random, seedFor } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import type { Frame } from '@bandweave/io';
import { invert, sampleLatent, type WayOptions } from '../diffusion/trajectory.js';
import type { ModelFolder } from '../folder/model-folder.js';
import { decodeFrames, encodeFrames, type LatentClip } from '../run/latents.js';
import { type NoiseNetwork, openPredictor } from '../run/predictor.js';
import { encodeTexts } from '../run/texts.js';
import { type AblationName, ablationOf } from '../tuning/ablation.js';
import { holdsTuning } from '../tuning/checkpoints.js';
import { createTuner, type Tuner } from '../tuning/tuner.js';
import { unetFactor } from '../unet/config.js';
import { vaeFactor } from '../vae/config.js';
import { type VgtConfig, vgtConfig } from '../vgt/config.js';
import { toFrame, toSigned } from './frames.js';

export interface AnimateOptions {
  readonly model: ModelFolder;
  /** What the clip shows. */
  readonly prompt: string;
  /** What it shall show. */
  readonly edit: string;
  /** 'adversarial' (default) is the whole of APLA, 'base' is Tune-A-Video. */
  readonly variant?: AblationName;
  /** Of tuning; 500 by default. */
  readonly tuningSteps?: number;
  /** Of inversion and of sampling; 50 by default. */
  readonly steps?: number;
  readonly guidance?: number;
  readonly seed?: number;
  /** Keeps the state of tuning there, every `saveEvery` steps and at the end. */
  readonly tuning?: {
    readonly folder: string;
    readonly resume?: boolean;
    readonly saveEvery?: number;
  };
  readonly rates?: { readonly unet?: number; readonly vgt?: number; readonly judge?: number };
  /** Of the perturbation; the product's by default. */
  readonly vgt?: Partial<VgtConfig>;
  /** Tunes at the price of time with less memory. */
  readonly recompute?: 'none' | 'blocks';
  /** 1 by default where sessions run here; otherwise ONNX Runtime chooses. */
  readonly threads?: number;
  readonly where?: 'worker' | 'here';
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
  readonly onMessage?: (line: string) => void;
}

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface Animated {
  /** The clip by the edit's text. */
  readonly edited: readonly Frame[];
  /** The clip by its own prompt, from the same noise. */
  readonly reconstructed: readonly Frame[];
  /** Of every step of tuning that ran now. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
}

/** Sides that the model takes: multiples of the autoencoder's and the U-Net's factors. */
export function sideOf(model: ModelFolder): number {
  return vaeFactor(model.vae) * unetFactor(model.unet);
}

export async function animate(
  frames: readonly Frame[],
  options: AnimateOptions,
): Promise<Animated> {
  const { model, prompt, edit, seed = 33, signal, onProgress = () => {} } = options;
  const run = { threads: options.threads, where: options.where ?? 'worker' } as const;
  const [{ width, height }] = frames;
  checkSides({ width, height }, vaeFactor(model.vae));

  onProgress({ stage: 'read the model', done: 0, total: 1 });
  const [asked, wanted, empty] = await encodeTexts(
    [prompt, edit, ''].map((text) => model.tokenizer.pad(text)),
    { config: model.text, params: await model.textParams(), ...run },
  );
  const coder = { config: model.vae, params: await model.vaeParams(), signal, ...run };
  const posterior = random(seedFor('posterior', seed));
  const latents = await encodeFrames(frames.map(toSigned), {
    ...coder,
    width,
    height,
    noise: (length) => Float32Array.from({ length }, () => posterior.normal()),
  });
  const network = await networkOf(options, seed);
  onProgress({ stage: 'read the model', done: 1, total: 1 });

  const losses = await tune(latents, { ...options, seed, network, text: asked });

  const { shape } = latents;
  const tokens = model.text.context;
  const predictor = await openPredictor(network, { shape, tokens, ...run });
  try {
    const way = { schedule: model.schedule, predict: predictor.predict, signal } as const;
    const { steps = 50, guidance = 12.5 } = options;
    const told = (stage: string): WayOptions => ({
      ...way,
      steps,
      onStep: (done) => onProgress({ stage, done, total: steps }),
    });
    const noise = await invert(latents.data, empty, told('invert'));
    const samples: LatentClip[] = [];
    for (const [stage, text] of [
      ['sample', wanted],
      ['reconstruct', asked],
    ] as const) {
      const guided = stage === 'sample' ? guidance : 1;
      const data = await sampleLatent(noise, {
        ...told(stage),
        text,
        away: empty,
        guidance: guided,
      });
      samples.push({ data, shape });
    }
    const size = { width, height };
    const [edited, reconstructed] = await Promise.all(
      samples.map(async (clip) =>
        (await decodeFrames(clip, coder)).map((planes) => toFrame(planes, size)),
      ),
    );
    return { edited, reconstructed, losses };
  } finally {
    await predictor.close();
  }
}

async function networkOf(options: AnimateOptions, seed: number): Promise<NoiseNetwork> {
  const { model, variant = 'adversarial' } = options;
  const { perturbation } = ablationOf(variant);
  const network = { config: model.unet, params: await model.unetParams({ seed }) };
  if (perturbation === 'none') return network;
  const config = vgtConfig({ latents: model.vae.latents, ...options.vgt, variant: perturbation });
  const params = createParams({ seed: seedFor('vgt', seed) }).scope('vgt');
  return { ...network, perturbation: { config, params } };
}

interface TuneOptions extends AnimateOptions {
  readonly network: NoiseNetwork;
  readonly text: Float32Array;
  readonly seed: number;
}

async function tune(clip: LatentClip, options: TuneOptions): Promise<Animated['losses']> {
  const { model, network, text, seed, tuning, variant = 'adversarial' } = options;
  const { tuningSteps = 500, rates, recompute, threads, signal, onProgress } = options;
  const losses: { step: number; loss: number }[] = [];
  if (tuningSteps === 0) return losses;
  const { weights } = ablationOf(variant);
  const judged = weights.perceptual > 0 || weights.adversarial > 0;
  const tuner = await createTuner({
    network,
    schedule: model.schedule,
    shape: clip.shape,
    tokens: model.text.context,
    weights,
    seed,
    ...(judged ? { judge: createParams({ seed: seedFor('judge', seed) }).scope('judge') } : {}),
    ...(rates ? { rates } : {}),
    ...(recompute ? { recompute } : {}),
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    await resume(tuner, options);
    while (tuner.steps < tuningSteps) {
      signal?.throwIfAborted();
      const { step, loss } = await tuner.step({ latent: clip.data, text });
      losses.push({ step, loss });
      onProgress?.({ stage: 'tune', done: step, total: tuningSteps });
      const due = step === tuningSteps || step % (tuning?.saveEvery ?? 100) === 0;
      if (tuning && due) await tuner.save(tuning.folder);
    }
    return losses;
  } finally {
    await tuner.close();
  }
}

async function resume(tuner: Tuner, { tuning, onMessage }: AnimateOptions): Promise<void> {
  if (!tuning?.resume) return;
  if (!holdsTuning(tuning.folder)) {
    throw new InputError(
      `--resume: expected the state of a tuning in ${tuning.folder}, got none; leave --resume out.`,
    );
  }
  await tuner.load(tuning.folder);
  onMessage?.(`goes on after ${tuner.steps} steps of tuning`);
}

function checkSides(size: { width: number; height: number }, factor: number): void {
  const { width, height } = size;
  if (width > 0 && height > 0 && width % factor === 0 && height % factor === 0) return;
  throw new InputError(
    `animate: expected sides in multiples of ${factor}, got ${width} x ${height}; resize the frames.`,
  );
}
