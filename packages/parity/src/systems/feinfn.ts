/** FeINFN: the output and the features on the way to it, and where a case trains, all gradients. */

import {
  abs,
  createParams,
  grad,
  mean,
  type StoredTensor,
  sub,
  type Tensor,
  toFloat32,
} from '@bandweave/graph';
import { feInfnConfigFrom, feInfnTrace, l1AndSsim, withoutTables } from '@bandweave/models';
import { ssim } from '@bandweave/nn';
import { type Runner, type Verdict, worse } from '../case.js';
import { compare, inputsFor, readStored, runTrace, type Stored } from '../graph-case.js';
import { weightsOf } from '../weights-of.js';

export const runFeinfn: Runner = async ({ folder, json }) => {
  const io = await readStored(folder, 'io.safetensors');
  const grads = await readStored(folder, 'grads.safetensors');
  const weights = withoutTables(await weightsOf(folder, json));
  const params = createParams({ weights, file: folder });
  const names = ['in.hr_msi', 'in.lr_hsi', 'in.lms', ...(io.has('in.gt') ? ['in.gt'] : [])];
  const { tensors, feeds } = inputsFor(io, names);
  const { output, ...inner } = feInfnTrace(feInfnConfigFrom(weights, { file: folder }), params, {
    pan: tensors['in.hr_msi'],
    ms: tensors['in.lr_hsi'],
    lms: tensors['in.lms'],
  });
  params.finish();
  if (grads.size > 0) {
    return judgeTraining({ io, grads, json, output, target: tensors['in.gt'], params, feeds });
  }
  const middle: Record<string, Tensor | undefined> = {
    'mid.spatial_query': inner.spatial,
    'mid.freq_query': inner.frequency,
    'mid.freq_amplitude': inner.spectrum?.amplitude,
    'mid.freq_phase': inner.spectrum?.phase,
    'mid.spectral_encoder': inner.spectralFeatures,
    'mid.spatial_encoder': inner.spatialFeatures,
  };
  const traced: Record<string, Tensor> = { 'out.output': output };
  for (const [name, tensor] of Object.entries(middle)) {
    if (tensor && io.has(name)) traced[name] = tensor;
  }
  const got = await runTrace(traced, feeds);
  return Object.entries(got)
    .map(([name, values]) => {
      const reference = io.get(name) as StoredTensor;
      return compare(name, values, { reference, tolerance: limitOf(name, reference, json) });
    })
    .reduce(worse);
};

/** The limit of one tensor: absolute, or relative to its largest value. */
function limitOf(name: string, reference: StoredTensor, json: Json): number {
  const { tolerance } = json;
  const stated = tolerance[name] ?? tolerance['mid.*'];
  if (stated.max_abs !== undefined) return stated.max_abs;
  const top = toFloat32(reference).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return stated.rel_to_max * top;
}

type Json = Parameters<Runner>[0]['json'];

interface Training {
  readonly io: Stored;
  readonly grads: Stored;
  readonly json: Json;
  readonly output: Tensor;
  readonly target: Tensor;
  readonly params: ReturnType<typeof createParams>;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

async function judgeTraining(training: Training): Promise<Verdict> {
  const { io, grads, json, output, target, params, feeds } = training;
  const losses = {
    total: l1AndSsim(output, target),
    l1: mean(abs(sub(output, target))),
    dissimilarity: sub(1, ssim(output, target)),
  };
  const wanted = params.entries().filter(({ name }) => grads.has(name));
  const missing = [...grads.keys()].find((name) => !wanted.some((entry) => entry.name === name));
  if (missing) throw new Error(`parity: expected a gradient for ${missing}, got none.`);
  const gradients = grad(
    losses.total,
    wanted.map(({ tensor }) => tensor),
  );
  const traced = Object.fromEntries(wanted.map(({ name }, i) => [name, gradients[i]]));
  const { total, l1, dissimilarity, sr, ...values } = await runTrace(
    { ...losses, sr: output, ...traced },
    feeds,
  );
  const loss = [total[0], l1[0], dissimilarity[0]];
  let verdict = compare('loss', loss, {
    reference: io.get('out.loss') as StoredTensor,
    tolerance: json.tolerance.loss.abs,
  });
  let [all, off] = [0, 0];
  for (const [name, got] of Object.entries(values)) {
    const reference = toFloat32(grads.get(name) as StoredTensor);
    const [norm, difference] = squares(got, reference);
    all += norm;
    off += difference;
    const error = Math.sqrt(difference / Math.max(norm, Number.MIN_VALUE));
    const limit = json.tolerance.grads.rel_l2_per_tensor;
    verdict = worse(verdict, { error, tolerance: limit, note: `gradient of ${name}` });
  }
  const limit = json.tolerance.grads.global_rel_l2;
  return worse(verdict, { error: Math.sqrt(off / all), tolerance: limit, note: 'all gradients' });
}

/** Sum of squares of the reference, and of what differs from it. */
function squares(got: Float32Array, reference: Float32Array): [number, number] {
  let [norm, difference] = [0, 0];
  for (let i = 0; i < reference.length; i++) {
    norm += reference[i] ** 2;
    difference += (got[i] - reference[i]) ** 2;
  }
  return [norm, difference];
}
