/** State-space operators and blocks by themselves, with every gradient. */

import {
  createParams,
  grad,
  mul,
  type Params,
  type Tensor as Symbolic,
  selectiveScan,
  sum,
} from '@bandweave/graph';
import { mambaBlocks, ss2d } from '@bandweave/nn';
import { type Runner, type Verdict, worse } from '../case.js';
import {
  compare,
  compareGradients,
  gradientTolerance,
  inputsFor,
  readStored,
  runTrace,
  type Stored,
} from '../graph-case.js';

type Inputs = Readonly<Record<string, Symbolic>>;

/** What a case computes, by the names in io.safetensors, and by which names its inputs go. */
interface Traced {
  readonly outputs: Inputs;
  readonly prefix: 'grad.' | 'input_grad.';
}

function traceScan({ u, delta, A, B, C, D, z, delta_bias: deltaBias }: Inputs): Traced {
  const { y, last } = selectiveScan(u, delta, { A, B, C, D, z, deltaBias });
  return { outputs: { output: y, last_state: last }, prefix: 'grad.' };
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function traceMamba(params: Params, inputs: Inputs, config: any): Traced {
  const { hidden_states: x, extra_emb: steer } = inputs;
  const [output] = mambaBlocks([steer ? { params, x, steer } : { params, x }], {
    height: config.H,
    width: config.W,
    directions: params.has('A_c_log') ? 'four' : 'two',
    expand: config.expand,
    states: config.d_state,
    kernel: config.d_conv,
    rank: config.dt_rank,
    merge: config.divide === false ? 'sum' : 'mean',
    norm: config.norm === false ? 'none' : 'layer',
  });
  return { outputs: { output }, prefix: 'input_grad.' };
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function traceSs2d(params: Params, inputs: Inputs, config: any): Traced {
  const { x, prev_state: previous, skip_state: skip } = inputs;
  const projection = params.has('ssm_state_weight2') ? 'learned' : 'none';
  const { y, state } = ss2d(params, x, {
    inner: config.d_inner,
    states: config.d_state,
    kernel: config.d_conv,
    rank: config.dt_rank,
    previous: params.has('ssm_state_weight1') ? previous : undefined,
    skip: skip ? { state: skip, projection } : undefined,
  });
  return { outputs: { output: y, final_state: state }, prefix: 'input_grad.' };
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function trace(params: Params, inputs: Inputs, config: any): Traced {
  if (inputs['u']) return traceScan(inputs);
  return inputs['hidden_states']
    ? traceMamba(params, inputs, config)
    : traceSs2d(params, inputs, config);
}

const RESULTS: ReadonlySet<string> = new Set(['output', 'last_state', 'final_state', 'upstream']);

export const runSsmOps: Runner = async ({ folder, json }) => {
  const weights = await readStored(folder, 'weights.safetensors');
  const io = await readStored(folder, 'io.safetensors');
  const grads = await readStored(folder, 'grads.safetensors');
  const params = createParams({ weights, file: folder });
  const names = [...io.keys()].filter((name) => !RESULTS.has(name));
  const { tensors, feeds } = inputsFor(io, names);
  const { outputs, prefix } = trace(params, tensors, json.config);
  params.finish();

  const results = await runTrace(outputs, feeds);
  const tolerance = json.recommended_tolerance.output_max_abs as number;
  let verdict: Verdict = { error: 0, tolerance, note: 'output' };
  for (const [name, got] of Object.entries(results)) {
    const reference = io.get(name);
    if (reference) verdict = worse(verdict, compare(name, got, { reference, tolerance }));
  }
  if (grads.size === 0) return verdict;
  return worse(
    verdict,
    await checkGradients({ params, io, grads, tensors, feeds, outputs, prefix }, json),
  );
};

interface Training extends Traced {
  readonly params: Params;
  readonly io: Stored;
  readonly grads: Stored;
  readonly tensors: Inputs;
  readonly feeds: Record<string, Float32Array>;
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
async function checkGradients(t: Training, json: any): Promise<Verdict> {
  const { tensors, feeds } = inputsFor(t.io, ['upstream']);
  const loss = sum(mul(t.outputs['output'], tensors['upstream']));
  const wanted: [string, Symbolic][] = [
    ...t.params.entries().map((e): [string, Symbolic] => [`grad.${e.name}`, e.tensor]),
    ...Object.entries(t.tensors).map(([name, x]): [string, Symbolic] => [`${t.prefix}${name}`, x]),
  ];
  const present = wanted.filter(([name]) => t.grads.has(name));
  const gradients = grad(
    loss,
    present.map(([, x]) => x),
  );
  const traced = Object.fromEntries(present.map(([name], i) => [name, gradients[i]]));
  const values = await runTrace(traced, { ...t.feeds, ...feeds });
  const missing = [...t.grads.keys()].find((name) => !(name in values) && name !== 'loss');
  if (missing) throw new Error(`parity: expected a gradient for ${missing}, got none.`);
  return compareGradients(values, t.grads, gradientTolerance(json.recommended_tolerance.grads));
}
