/** CANNet: the network with given clusters, one adaptive layer, and the clustering itself. */

import {
  abs,
  cast,
  constant,
  createParams,
  grad,
  input,
  mean,
  mul,
  type Params,
  reshape,
  sub,
  sum,
  type Tensor,
  toFloat32,
  transpose,
} from '@bandweave/graph';
import { canConv, canNet, canNetConfigFrom, joinSmall, kMeans, seeds } from '@bandweave/models';
import { type ParityCase, type Runner, type Verdict, worse } from '../case.js';
import {
  compare,
  compareGradients,
  gradientTolerance,
  inputsFor,
  readStored,
  runTrace,
  type Stored,
} from '../graph-case.js';

export const runCannet: Runner = async ({ folder, json }) => {
  const io = await readStored(folder, 'io.safetensors');
  if (io.has('features')) return runKMeans(json, io);
  const weights = await readStored(folder, 'weights.safetensors');
  const grads = await readStored(folder, 'grads.safetensors');
  const parts = { io, weights, grads, params: createParams({ weights, file: folder }) };
  return io.has('x') ? runLayer(json, parts) : runNetwork(json, parts);
};

type Json = ParityCase['json'];

interface Parts {
  readonly io: Stored;
  readonly weights: Stored;
  readonly grads: Stored;
  readonly params: Params;
}

async function runNetwork(json: Json, { io, weights, grads, params }: Parts): Promise<Verdict> {
  const trains = grads.size > 0;
  const { tensors, feeds } = inputsFor(io, trains ? ['pan', 'lms', 'target'] : ['pan', 'lms']);
  const { pan, lms, target } = tensors;
  const { cluster_num: clusters, filter_threshold: threshold } = json.config;
  const config = canNetConfigFrom(weights, { clusters, threshold });
  const levels = ['rb1', 'rb2', 'rb3'].map((block) => clustersOf(io, `kmeans.${block}.`));
  const clustering = { kind: 'given', levels } as const;
  const { output, partitions } = canNet(config, params, { pan, lms, clustering });
  params.finish();
  const filtered = Object.fromEntries(
    partitions.map(({ index }, i) => [`kmeans.rb${i + 1}.filtered`, cast(index, 'float32')]),
  );
  const got = await runTrace({ output, ...filtered }, feeds);
  const tolerance = json.recommended_tolerance.output_max_abs as number;
  const reference = io.get('output_ref64') ?? io.get('output')!;
  let verdict = compare('output', got.output, { reference, tolerance });
  for (const name of Object.keys(filtered)) {
    const stored = io.get(name);
    if (!stored) continue;
    verdict = worse(verdict, compare(name, got[name], { reference: stored, tolerance: 0 }));
  }
  if (!trains) return verdict;
  const loss = mean(abs(sub(output, target)));
  const wanted = { params, grads, tensors: { pan, lms }, feeds };
  return worse(verdict, await checkGradients(loss, json.training, wanted));
}

/** One layer on given clusters; its loss is the product with `upstream`. */
async function runLayer(json: Json, { io, grads, params }: Parts): Promise<Verdict> {
  const { tensors, feeds } = inputsFor(io, ['x', 'upstream']);
  const { cluster_num: clusters, filter_threshold: threshold, out_channels: out } = json.config;
  const partition = joinSmall(clustersOf(io, ''), { clusters, threshold });
  const tokens = canConv(params, transpose(tensors.x, [0, 2, 3, 1]), {
    out,
    guide: { kind: 'clusters', partition },
    layer: 'layer',
  });
  params.finish();
  const output = transpose(tokens, [0, 3, 1, 2]);
  const got = await runTrace({ output }, { x: feeds.x });
  const tolerance = json.recommended_tolerance.output_max_abs as number;
  const verdict = compare('output', got.output, { reference: io.get('output')!, tolerance });
  if (grads.size === 0) return verdict;
  const loss = sum(mul(output, tensors.upstream));
  const wanted = { params, grads, tensors: { x: tensors.x }, feeds };
  const training = { recommended_tolerance: json.recommended_tolerance.grads };
  return worse(verdict, await checkGradients(loss, training, wanted));
}

/** Samples to begin with must be the same, and 99.5 % of the assignments. */
async function runKMeans(json: Json, io: Stored): Promise<Verdict> {
  const features = io.get('features')!;
  const x = input('x', features.shape);
  const { clusters, seed, tolerance } = json.config;
  const begin = Math.min(clusters, features.shape[0]);
  const traced = {
    index: cast(kMeans(x, { clusters, seed, tolerance }).index, 'float32'),
    seeds: cast(seeds(x, begin, seed), 'float32'),
  };
  const { index, seeds: begun } = await runTrace(traced, { x: toFloat32(features) });
  const expected = toFloat32(io.get('assignments')!);
  const other = expected.reduce((n, v, i) => n + (v === index[i] ? 0 : 1), 0);
  const verdict = { error: other / expected.length, tolerance: 0.005, note: 'assignments' };
  const ids = json.initial_sample_ids as number[] | undefined;
  if (!ids || ids.every((id, i) => id === begun[i])) return verdict;
  return { error: 1, tolerance: 0, note: `seeds ${[...begun]}` };
}

/** Clusters of a case as int64 [images, pixels]. */
function clustersOf(io: Stored, prefix: string): Tensor {
  const stored = io.get(`${prefix}assignments`) ?? io.get(`${prefix}filtered`);
  if (!stored) throw new Error(`parity: expected a tensor ${prefix}assignments, got none.`);
  const [images, pixels] = stored.shape.length === 1 ? [1, ...stored.shape] : stored.shape;
  return reshape(constant(toFloat32(stored), stored.shape, 'int64'), [images, pixels]);
}

interface Wanted {
  readonly params: Params;
  readonly grads: Stored;
  /** Inputs whose gradients a case may hold. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** The loss and its gradients for every parameter and the inputs that the case holds. */
async function checkGradients(
  loss: Tensor,
  training: Json,
  { params, grads, tensors, feeds }: Wanted,
): Promise<Verdict> {
  const keyOf = (name: string) => (grads.has(`grad.${name}`) ? `grad.${name}` : name);
  const inputs = Object.keys(tensors).filter((name) => grads.has(`input_grad.${name}`));
  const keys = [
    ...params.entries().map(({ name }) => keyOf(name)),
    ...inputs.map((name) => `input_grad.${name}`),
  ];
  const gradients = grad(loss, [
    ...params.entries().map(({ tensor }) => tensor),
    ...inputs.map((name) => tensors[name]),
  ]);
  const traced = Object.fromEntries(keys.map((key, i) => [key, gradients[i]]));
  const { loss: value, ...values } = await runTrace({ loss, ...traced }, feeds);
  const { rtol, atol } = gradientTolerance(training.recommended_tolerance);
  const verdict = compareGradients(values, grads, { rtol, atol });
  const stored = grads.get('loss');
  if (!stored) return verdict;
  const tolerance = rtol * Math.abs(toFloat32(stored)[0]) + atol;
  return worse(verdict, compare('loss', value, { reference: stored, tolerance }));
}
