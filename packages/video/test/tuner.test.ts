import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  ABLATIONS,
  ablationOf,
  createTuner,
  holdsTuning,
  noiseSchedule,
  TUNED,
  type TunerOptions,
  tunedWeightsOf,
  unetConfig,
  vgtConfig,
} from '../src/index.js';
import { wave } from './run-graph.js';

const config = unetConfig({
  down_block_types: ['CrossAttnDownBlock3D', 'DownBlock3D'],
  up_block_types: ['UpBlock3D', 'CrossAttnUpBlock3D'],
  block_out_channels: [4, 8],
  layers_per_block: 1,
  cross_attention_dim: 6,
  attention_head_dim: 2,
  norm_num_groups: 2,
});
const batch = { latent: wave(4 * 2 * 16).map((v) => 0.5 * v), text: wave(18, 2) };

function made(name: keyof typeof ABLATIONS, more: Partial<TunerOptions> = {}) {
  const { perturbation, weights } = ABLATIONS[name];
  const own = createParams({ seed: 8 });
  const params = createParams({ seed: 7 });
  const judge = createParams({ seed: 9 });
  const network = {
    config,
    params,
    ...(perturbation === 'none'
      ? {}
      : {
          perturbation: {
            config: vgtConfig({ dim: 8, heads: 2, layers: 1, groups: 2, variant: perturbation }),
            params: own.scope('vgt'),
          },
        }),
  };
  const options: TunerOptions = {
    network,
    schedule: noiseSchedule(),
    shape: [4, 2, 4, 4],
    tokens: 3,
    weights,
    judge,
    widths: { widths: [8, 8] },
    rates: { unet: 3e-3, vgt: 1e-3, judge: 1e-3 },
    threads: 1,
    seed: 5,
    ...more,
  };
  return { options, params, own, judge };
}

const copyOf = (params: ReturnType<typeof createParams>) =>
  new Map([...params.stateDict()].map(([name, { data }]) => [name, Float32Array.from(data)]));

test('the base trains queries and attention over time, and finds one noise again', async () => {
  const { options, params } = made('base');
  const tuner = await createTuner(options);
  const before = copyOf(params);
  const noise = wave(128, 9);
  const losses: number[] = [];
  for (let i = 0; i < 12; i++) losses.push((await tuner.step({ ...batch, t: 500, noise })).loss);
  await tuner.close();
  expect(losses.at(-1)).toBeLessThan(losses[0]);
  for (const [name, { data }] of params.stateDict()) {
    const same = data.every((v, i) => v === before.get(name)![i]);
    expect([name, same]).toEqual([name, !TUNED.test(name)]);
  }
});

test('everything of APLA trains: perturbation, hyper-loss, discriminator', async () => {
  const { options, own, judge } = made('adversarial');
  const tuner = await createTuner({ ...options, recompute: 'blocks' });
  const [vgtBefore, judgeBefore] = [copyOf(own), copyOf(judge)];
  const { parts, predicted, step } = await tuner.step(batch);
  await tuner.step(batch);
  await tuner.close();
  expect(step).toBe(1);
  expect(Object.keys(parts).sort()).toEqual([
    'adversarial',
    'discriminator',
    'l1',
    'mse',
    'perceptual',
  ]);
  expect(predicted).toHaveLength(128);
  const moved = (now: ReturnType<typeof createParams>, old: typeof vgtBefore) =>
    [...now.stateDict()].filter(([name, { data }]) => data.some((v, i) => v !== old.get(name)![i]));
  expect(moved(own, vgtBefore).length).toBe(own.entries().length);
  expect(moved(judge, judgeBefore).length).toBe(judge.entries().length);
});

test('what is written is gone on from, to the same losses', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tuning-'));
  const first = await createTuner(made('adversarial').options);
  await first.step(batch);
  await first.save(folder);
  await first.step(batch);
  await first.save(folder);
  const straight = [await first.step(batch), await first.step(batch)].map((s) => s.loss);
  await first.close();
  expect(readdirSync(folder).sort()).toEqual([
    'critic-2.safetensors',
    'generator-2.safetensors',
    'tuning.json',
  ]);
  expect(holdsTuning(folder)).toBe(true);
  expect(await tunedWeightsOf(folder)).toBe(join(folder, 'generator-2.safetensors'));
  const second = await createTuner(made('adversarial').options);
  await second.load(folder);
  expect(second.steps).toBe(2);
  const resumed = [await second.step(batch), await second.step(batch)].map((s) => s.loss);
  await second.close();
  expect(resumed).toEqual(straight);

  const plain = await createTuner(made('base').options);
  await expect(plain.load(join(folder, 'none'))).rejects.toThrow('expected the state of a tuning');
  await expect(plain.load(folder)).rejects.toThrow('the network or optimiser is another');
  await plain.close();
  writeFileSync(join(folder, 'tuning.json'), '{"steps":');
  await expect(tunedWeightsOf(folder)).rejects.toThrow('expected JSON');
});

test('a variant is chosen by name', async () => {
  expect(ablationOf('vgt-pure').perturbation).toBe('pure');
  expect(() => ablationOf('all')).toThrow('base, vgt-pure, vgt-hyper, hyper-loss, adversarial');
  const { options } = made('hyper-loss');
  await expect(createTuner({ ...options, judge: undefined })).rejects.toThrow('give judge');
});
