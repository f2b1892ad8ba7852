/** Our reading of APLA's own parts: the arithmetic of perturbation, discriminator and losses. */

import { join } from 'node:path';
import { add, createParams, grad, input, type Tensor as Symbolic, stack } from '@bandweave/graph';
import { discriminator, discriminatorLoss, generatorLoss, vgt, vgtConfig } from '@bandweave/video';
import type { Runner } from '../../case.js';
import { readStored } from '../../graph-case.js';
import { need, readTensors } from '../../tensors.js';
import { judgeAll, run } from './judge.js';

/** Gradients by the names of the cases: of the generator's loss, and of the discriminator's. */
const GENERATOR: Readonly<Record<string, string>> = {
  grad_embed: 'vgt.embed.weight',
  grad_qkv0: 'vgt.blocks.0.attn_t.qkv.weight',
  grad_head: 'vgt.head.weight',
};
const CRITIC: Readonly<Record<string, string>> = {
  grad_d_c1: 'disc.c1.weight',
  grad_d_c2: 'disc.c2.weight',
  grad_d_c3: 'disc.c3.weight',
};

export const runVgt: Runner = async ({ folder, json }) => {
  const { dim, heads, layers, patch, hyper, scale, groups, shape } = json.config;
  const [mse, l1, perceptual, adversarial] = json.config.lambda_mse_l1_perc_adv;
  const config = vgtConfig({
    latents: shape[1],
    dim,
    heads,
    layers,
    patch,
    variant: hyper ? 'hyper' : 'pure',
    scale,
    groups,
  });
  const stored = await readStored(folder, 'weights.safetensors');
  const widths = ['c1', 'c2'].map((name) => stored.get(`disc.${name}.weight`)!.shape[0]);
  const sizes = { widths: [widths[0], widths[1]] as const };
  const params = createParams({ weights: stored, file: folder });
  const io = readTensors(join(folder, 'io.safetensors'));
  const names = ['latent', 'noise', 'unet_pred'];
  const [latent, noise, unetPred] = names.map((name) => input(name, need(io, name).shape));
  const judge = params.scope('disc');
  const perturbation = vgt(config, params.scope('vgt'), latent);
  const pred = add(unetPred, perturbation);
  const [real, fake] = [noise, pred].map((t) => discriminator(judge, t, sizes));
  const { total, parts } = generatorLoss(pred, noise, {
    weights: { mse, l1, perceptual, adversarial },
    judge,
    widths: sizes,
  });
  const critic = discriminatorLoss(real, fake);
  params.finish();
  const order = [parts.mse, parts.l1, parts.perceptual, parts.adversarial, total, critic];
  const slopes = (loss: Symbolic, wanted: Readonly<Record<string, string>>) => {
    const present = Object.entries(wanted).filter(([name]) => io.has(name));
    const tensors = present.map(
      ([, name]) => params.entries().find((e) => e.name === name)!.tensor,
    );
    const found = grad(loss, tensors);
    return Object.fromEntries(present.map(([name], i) => [name, found[i]]));
  };
  const values = await run(
    {
      perturbation,
      pred,
      disc_real: real.logits,
      disc_fake: fake.logits,
      losses: stack(order.map((t) => t!)),
      ...slopes(total, GENERATOR),
      ...slopes(critic, CRITIC),
    },
    Object.fromEntries(names.map((name) => [name, Float32Array.from(need(io, name).data)])),
  );
  const missing = [...io.keys()].find((name) => !names.includes(name) && !(name in values));
  if (missing) throw new Error(`apla: expected something to compare with ${missing}, got none.`);
  return judgeAll(io, values, { rtol: 2e-4 });
};
