/** SSDiff: schedules, the denoiser, the sampler, and a training step with every gradient. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  abs,
  createParams,
  grad,
  input,
  mean,
  type Params,
  type Tensor as Symbolic,
  sub,
  toFloat32,
} from '@bandweave/graph';
import {
  cosineNoise,
  type DiffusionSchedule,
  linearNoise,
  posterior,
  respaced,
  sampleSteps,
  ssDiff,
  ssDiffConfigFrom,
  usedBySsDiff,
} from '@bandweave/models';
import { type ParityCase, type Runner, type Verdict, worse } from '../case.js';
import { compare, inputsFor, readStored, runTrace, type Stored } from '../graph-case.js';
import { readTensors } from '../tensors.js';

function schedules({ folder, json }: ParityCase): Verdict {
  const stored = readTensors(join(folder, 'io.safetensors'));
  const tolerance = json.tolerance.rel as number;
  let verdict: Verdict = { error: 0, tolerance, note: 'schedules' };
  const made = new Map<string, DiffusionSchedule>();
  const scheduleFor = (name: string) => {
    const count = Number(/\d+$/.exec(name)?.[0]);
    const known = made.get(name);
    const fresh = () =>
      name.startsWith('linear') ? linearNoise(count) : respaced(cosineNoise(1000), count);
    const schedule = known ?? fresh();
    made.set(name, schedule);
    return schedule;
  };
  for (const [key, { data }] of stored) {
    const [name, array] = key.split('.');
    const schedule = scheduleFor(name);
    const { variance, start, state } = posterior(schedule);
    const got: Readonly<Record<string, ArrayLike<number>>> = {
      betas: schedule.betas,
      alphas_cumprod: schedule.kept,
      alphas_cumprod_prev: schedule.keptBefore,
      posterior_variance: variance,
      posterior_mean_coef1: start,
      posterior_mean_coef2: state,
      timestep_map: schedule.steps,
    };
    const values = got[array];
    if (!values) throw new Error(`parity: expected a known array of a schedule, got ${key}.`);
    let error = values.length === data.length ? 0 : Number.POSITIVE_INFINITY;
    for (let i = 0; i < data.length; i++) {
      const apart = Math.abs(values[i] - data[i]);
      if (apart > 0) error = Math.max(error, apart / Math.abs(data[i]));
    }
    verdict = worse(verdict, { error, tolerance, note: key });
  }
  return verdict;
}

interface Opened {
  readonly params: Params;
  readonly io: Stored;
  readonly tensors: Readonly<Record<string, Symbolic>>;
  readonly feeds: Record<string, Float32Array>;
  readonly config: ReturnType<typeof ssDiffConfigFrom>;
}

async function open({ folder, json }: ParityCase, names: readonly string[]): Promise<Opened> {
  const path = json.weights ?? 'weights.safetensors';
  if (!existsSync(join(folder, path))) throw new Error(`parity: expected weights at ${path}.`);
  const weights = usedBySsDiff(await readStored(folder, path));
  const io = await readStored(folder, 'io.safetensors');
  const params = createParams({ weights, file: folder });
  const { tensors, feeds } = inputsFor(io, names);
  return { params, io, tensors, feeds, config: ssDiffConfigFrom(weights) };
}

async function forward(parityCase: ParityCase): Promise<Verdict> {
  const names = ['in.lms', 'in.pan', 'in.ms', 'in.x_t', 'in.timesteps'];
  const { params, io, tensors, feeds, config } = await open(parityCase, names);
  const [lms, pan, ms, state, time] = names.map((name) => tensors[name]);
  const output = ssDiff(config, params, { ms, lms, pan, state, time });
  params.finish();
  const { output: got } = await runTrace({ output }, feeds);
  const tolerance = parityCase.json.tolerance['out.output'].max_abs as number;
  return compare('out.output', got, { reference: io.get('out.output')!, tolerance });
}

async function sampling(parityCase: ParityCase): Promise<Verdict> {
  const names = ['in.lms', 'in.pan', 'in.ms', 'in.noise'];
  const { params, io, tensors, feeds, config } = await open(parityCase, names);
  const [lms, pan, ms, noise] = names.map((name) => tensors[name]);
  const steps = Number(/\d+$/.exec(parityCase.json.respacing)?.[0]);
  const run = (conditioning: 'index' | 'mapped') =>
    sampleSteps(config, params, { ms, lms, pan, noise }, { steps, conditioning, state: 'image' });
  const released = run('index');
  const outputs: Record<string, Symbolic> = { 'mapped.final': run('mapped')[steps - 1].state };
  released.forEach(({ residual, image, state }, k) => {
    outputs[`orig.step${k}.net_out`] = residual;
    outputs[`orig.step${k}.pred_x0`] = image;
    outputs[`orig.step${k}.sample`] = state;
  });
  outputs['orig.final'] = released[steps - 1].state;
  params.finish();
  const wanted = Object.fromEntries(Object.entries(outputs).filter(([name]) => io.has(name)));
  const results = await runTrace(wanted, feeds);
  const tolerance = parityCase.json.tolerance.final.max_abs as number;
  let verdict: Verdict = { error: 0, tolerance, note: 'samples' };
  for (const [name, got] of Object.entries(results)) {
    verdict = worse(verdict, compare(name, got, { reference: io.get(name)!, tolerance }));
  }
  return verdict;
}

async function training(parityCase: ParityCase): Promise<Verdict> {
  const names = ['in.gt', 'in.lms', 'in.pan', 'in.ms', 'in.noise'];
  const { params, io, tensors, feeds, config } = await open(parityCase, names);
  const [gt, lms, pan, ms] = names.map((name) => tensors[name]);
  const stored = toFloat32Of(io, 'in.t');
  const time = input('time', [stored.length]);
  // The state is made as the original makes it, in float32.
  const { kept } = cosineNoise(1000);
  const size = feeds['in.gt'].length / stored.length;
  const noisy = feeds['in.gt'].map((value, i) => {
    const share = kept[stored[Math.floor(i / size)]];
    const residual = value - feeds['in.lms'][i];
    return Math.sqrt(share) * residual + Math.sqrt(1 - share) * feeds['in.noise'][i];
  });
  const state = input('state', lms.shape);
  const statistics: Record<string, Symbolic> = {};
  const keep = (name: string, value: Symbolic) => {
    statistics[`bn_after.${name}`] = value;
  };
  const output = ssDiff(config, params, { ms, lms, pan, state, time }, { kind: 'training', keep });
  params.finish();
  const loss = mean(abs(sub(output, sub(gt, lms))));
  const entries = params.entries().filter(({ kind }) => kind === 'parameter');
  const gradients = grad(
    loss,
    entries.map((e) => e.tensor),
  );
  const traced = Object.fromEntries(entries.map((e, i) => [e.name, gradients[i]]));
  const all = { ...feeds, state: noisy, time: Float32Array.from(stored) };
  const { loss: value, ...values } = await runTrace({ loss, ...statistics, ...traced }, all);
  const { tolerance } = parityCase.json;
  let verdict = compare('loss', value, {
    reference: io.get('out.loss')!,
    tolerance: tolerance.loss.abs,
  });
  for (const name of Object.keys(statistics)) {
    const reference = io.get(name);
    if (!reference) continue;
    verdict = worse(verdict, compare(name, values[name], { reference, tolerance: 1e-5 }));
  }
  const grads = await readStored(parityCase.folder, 'grads.safetensors');
  return worse(verdict, gradientVerdict(values, grads, tolerance.grads));
}

const toFloat32Of = (io: Stored, name: string): number[] =>
  Array.from(io.get(name)!.data as ArrayLike<number | bigint>, Number);

const norm = (values: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum);
};

/** Relative Euclidean errors: of every tensor that matters, and of all together. */
function gradientVerdict(
  got: Readonly<Record<string, Float32Array>>,
  grads: Stored,
  limits: { readonly rel_l2_per_tensor: number; readonly global_rel_l2: number },
): Verdict {
  const rows = [...grads]
    .filter(([name]) => name !== 'loss')
    .map(([name, stored]) => {
      const key = name.replace(/^grad\./, '');
      const reference = toFloat32(stored);
      const own = got[key];
      if (!own && norm(reference) > 0) throw new Error(`parity: expected a gradient for ${key}.`);
      const apart = own ? reference.map((v, i) => v - own[i]) : new Float32Array(1);
      return { key, size: norm(reference), apart: norm(apart), most: apart.reduce(largest, 0) };
    });
  const whole = norm(rows.map((row) => row.size));
  let verdict: Verdict = {
    error: norm(rows.map((row) => row.apart)) / whole,
    tolerance: limits.global_rel_l2,
    note: 'all gradients',
  };
  for (const { key, size, apart, most } of rows) {
    const own =
      size > 1e-5 * whole
        ? { error: apart / size, tolerance: limits.rel_l2_per_tensor }
        : { error: most, tolerance: 1e-6 };
    verdict = worse(verdict, { ...own, note: `gradient of ${key}` });
  }
  return verdict;
}

const largest = (most: number, value: number) => Math.max(most, Math.abs(value));

export const runSsdiff: Runner = async (parityCase) => {
  const { json, folder } = parityCase;
  if (json.respacing) return sampling(parityCase);
  if (json.loss) return training(parityCase);
  const stored = readTensors(join(folder, 'io.safetensors'));
  return stored.has('out.output') ? forward(parityCase) : schedules(parityCase);
};
