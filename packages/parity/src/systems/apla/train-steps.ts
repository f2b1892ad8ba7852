/** Steps of one-shot tuning: predictions, losses, gradients, and the weights after them. */

import { join } from 'node:path';
import {
  clipGradients,
  compile,
  createParams,
  createSession,
  globalNorm,
  grad,
  input,
  mean,
  square,
  sub,
} from '@bandweave/graph';
import { createTuner, noiseSchedule, TUNED, unet, unetConfig } from '@bandweave/video';
import { type Runner, type Verdict, worse } from '../../case.js';
import { readStored } from '../../graph-case.js';
import { need, readTensors } from '../../tensors.js';
import { judge, SURE } from './judge.js';

/** As the cases state them for float32: of the loss, of gradients and weights. */
const LOSS = 1e-4;
const GRADIENT = 1e-3;

/** A configuration, or its summary as "scaled_linear 0.00085..0.012, 1000". */
function scheduleOf(given: unknown) {
  const found = /^(\w+) ([\d.e-]+?)\.\.([\d.e-]+), (\d+)$/.exec(String(given));
  if (!found) return noiseSchedule(typeof given === 'object' ? given : undefined);
  return noiseSchedule({
    beta_schedule: found[1],
    beta_start: Number(found[2]),
    beta_end: Number(found[3]),
    num_train_timesteps: Number(found[4]),
  });
}

export const runTrainSteps: Runner = async ({ folder, json }) => {
  const { config } = json;
  const network = { config: unetConfig(config.unet) };
  const weights = await readStored(folder, 'weights.safetensors');
  const params = createParams({ weights, file: folder });
  const io = readTensors(join(folder, 'io.safetensors'));
  const floats = (name: string) => Float32Array.from(need(io, name).data);
  const [, ...shape] = need(io, 'latents').shape;
  const tokens = need(io, 'encoder_hidden_states').shape[1];
  const schedule = scheduleOf(config.scheduler);
  const tuner = await createTuner({
    network: { ...network, params },
    schedule,
    shape,
    tokens,
    rates: { unet: config.lr },
    adam: { beta1: config.betas[0], beta2: config.betas[1], eps: config.eps },
    weightDecay: config.weight_decay,
    clipNorm: config.max_grad_norm,
  });
  const slopes = await openSlopes();
  let verdict: Verdict = SURE;
  const check = (name: string, got: ArrayLike<number>, rtol: number) => {
    verdict = worse(verdict, judge(name, got, { reference: need(io, name).data, rtol }));
  };
  const [latent, text] = [floats('latents'), floats('encoder_hidden_states')];
  for (const [i, t] of (config.timesteps as number[]).entries()) {
    const noise = floats(`noise${i}`);
    const before = await slopes.run({
      sample: floats(`noisy${i}`),
      time: Float32Array.of(t),
      text,
      noise,
    });
    const { loss, predicted } = await tuner.step({ latent, text, t, noise });
    check(`pred${i}`, predicted, GRADIENT);
    const [wantedLoss, wantedNorm] = need(io, `loss_gradnorm${i}`).data;
    verdict = worse(verdict, {
      error: Math.abs(loss - wantedLoss) / wantedLoss,
      tolerance: LOSS,
      note: `loss of step ${i}`,
    });
    verdict = worse(verdict, {
      error: Math.abs(Number(before['norm'].data[0]) - wantedNorm) / wantedNorm,
      tolerance: GRADIENT,
      note: `gradient norm of step ${i}`,
    });
    for (const name of io.keys()) {
      if (!name.startsWith(`grad${i}.`)) continue;
      check(name, before[`slope.${name.slice(`grad${i}.`.length)}`].data as Float32Array, GRADIENT);
    }
  }
  const state = params.stateDict();
  for (const name of io.keys()) {
    if (name.startsWith('final.')) check(name, state.get(name.slice(6))!.data, GRADIENT);
  }
  await tuner.close();
  await slopes.close();
  return verdict;

  /** Clipped gradients and their norm, from whatever the weights are at the time. */
  async function openSlopes() {
    const whole = [1, ...shape];
    const noise = input('noise', whole);
    const predicted = unet(network.config, params, {
      sample: input('sample', whole),
      time: input('time', [1]),
      text: input('text', [1, tokens, network.config.textWidth]),
    });
    params.finish();
    const tuned = params.entries().filter(({ name }) => TUNED.test(name));
    const found = grad(
      mean(square(sub(predicted, noise))),
      tuned.map((e) => e.tensor),
    );
    const clipped = clipGradients(found, { by: 'norm', max: config.max_grad_norm });
    const named = Object.fromEntries(tuned.map((e, i) => [`slope.${e.name}`, clipped[i]]));
    const model = compile({ ...named, norm: globalNorm(found) }, { weights: 'inputs' });
    const session = await createSession(model, { threads: 2 });
    return {
      run: (feeds: Record<string, Float32Array>) => {
        const own = params.entries().filter(({ name }) => model.weights.includes(name));
        return session.run({
          ...feeds,
          ...Object.fromEntries(own.map((e) => [e.name, e.slot.data])),
        });
      },
      close: () => session.close(),
    };
  }
};
