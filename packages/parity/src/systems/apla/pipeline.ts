/** The whole way: texts, latents, inversion, guided sampling, pictures. */

import { join } from 'node:path';
import { createParams, type StateDict } from '@bandweave/graph';
import {
  clipTextConfig,
  decodeFrames,
  encodeFrames,
  encodeTexts,
  invert,
  noiseSchedule,
  openPredictor,
  sampleLatent,
  timestepsOf,
  unetConfig,
  vaeConfig,
} from '@bandweave/video';
import { type Runner, type Verdict, worse } from '../../case.js';
import { readStored } from '../../graph-case.js';
import { maxAbsDifference, need, readTensors } from '../../tensors.js';
import { judge, SURE } from './judge.js';

/** Per step of a trajectory, as a case without a tolerance of its own states it. */
const TRAJECTORY = 1e-3;

export const runPipeline: Runner = async ({ folder, json }) => {
  const stored = await readStored(folder, 'weights.safetensors');
  const paramsOf = (prefix: string) => {
    const own = [...stored].filter(([name]) => name.startsWith(prefix));
    const weights: StateDict = new Map(own.map(([name, t]) => [name.slice(prefix.length), t]));
    return createParams({ weights, file: `${folder} ${prefix}` });
  };
  const io = readTensors(join(folder, 'io.safetensors'));
  const { config } = json;
  const here = { where: 'here', threads: 2 } as const;
  const [textConfig, vae] = [clipTextConfig(config.text), vaeConfig(config.vae)];
  const text = { config: textConfig, params: paramsOf('text_encoder.'), ...here };
  const coder = { config: vae, params: paramsOf('vae.'), ...here };
  const rtol = Number(/[\d.]+e-?\d+/.exec(json.tolerance.trajectories)?.[0] ?? TRAJECTORY);
  let verdict: Verdict = SURE;
  const check = (name: string, got: ArrayLike<number>, reference: ArrayLike<number>) => {
    verdict = worse(verdict, judge(name, got, { reference, rtol }));
  };

  const ids = need(io, 'input_ids');
  const [rows, tokens] = ids.shape;
  const list = Array.from({ length: rows }, (_, i) =>
    Array.from(ids.data.subarray(i * tokens, (i + 1) * tokens)),
  );
  const texts = await encodeTexts(list, text);
  check(
    'text_embeddings',
    texts.flatMap((t) => Array.from(t)),
    need(io, 'text_embeddings').data,
  );

  const pixels = need(io, 'pixel_values');
  const [, count, colors, height, width] = pixels.shape;
  const size = colors * height * width;
  const frames = Array.from({ length: count }, (_, f) =>
    Float32Array.from(pixels.data.subarray(f * size, (f + 1) * size)),
  );
  const latent = await encodeFrames(frames, { ...coder, height, width });
  check('latents0', latent.data, need(io, 'latents0').data);

  const schedule = noiseSchedule(config.scheduler);
  const steps = config.steps as number;
  const exact = maxAbsDifference(timestepsOf(schedule, steps), need(io, 'timesteps').data);
  verdict = worse(verdict, { error: exact, tolerance: 0, note: 'timesteps' });
  const network = { config: unetConfig(config.unet), params: paramsOf('unet.') };
  const predictor = await openPredictor(network, { shape: latent.shape, tokens, ...here });
  network.params.finish();
  const { predict } = predictor;
  const [way, back] = [need(io, 'inversion').data, need(io, 'sampling').data];
  const length = latent.data.length;
  const at = (all: Float64Array, i: number) => all.subarray(i * length, (i + 1) * length);
  const [prompt, empty] = texts;
  const start = Float32Array.from(at(way, 0));
  const noisy = await invert(start, empty, {
    schedule,
    predict,
    steps,
    onStep: (step, x) => check(`inversion[${step}]`, x, at(way, step)),
  });
  const clean = await sampleLatent(noisy, {
    schedule,
    predict,
    steps,
    text: prompt,
    away: empty,
    guidance: config.guidance_scale,
    eta: config.eta ?? 0,
    onStep: (step, x) => check(`sampling[${step}]`, x, at(back, step - 1)),
  });
  await predictor.close();
  const decoded = await decodeFrames({ ...latent, data: clean }, coder);
  coder.params.finish();
  const area = height * width;
  const video = Float32Array.from({ length: size * count }, (_, i) => {
    const [c, f, p] = [Math.floor(i / (count * area)), Math.floor(i / area) % count, i % area];
    return Math.min(1, Math.max(0, decoded[f][c * area + p] / 2 + 0.5));
  });
  check('video', video, need(io, 'video').data);
  return verdict;
};
