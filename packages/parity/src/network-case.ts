/** The usual case of a network: its output, and where it trains by L1, the loss and all gradients. */

import { abs, grad, mean, type Params, type Tensor as Symbolic, sub } from '@bandweave/graph';
import { type Verdict, worse } from './case.js';
import {
  compare,
  compareGradients,
  gradientTolerance,
  inputsFor,
  readStored,
  runTrace,
} from './graph-case.js';

export interface NetworkCase {
  readonly folder: string;
  // biome-ignore lint/suspicious/noExplicitAny: the form of case.json
  readonly json: any;
  /** With the case's weights; checked for completeness after the trace. */
  readonly params: Params;
  /** Names of the network's inputs in io.safetensors. */
  readonly inputs: readonly string[];
  build(inputs: Readonly<Record<string, Symbolic>>): Symbolic;
}

export async function judgeNetwork(network: NetworkCase): Promise<Verdict> {
  const { folder, json, params, inputs, build } = network;
  const io = await readStored(folder, 'io.safetensors');
  const grads = await readStored(folder, 'grads.safetensors');
  const trains = grads.size > 0;
  const { tensors, feeds } = inputsFor(io, trains ? [...inputs, 'target'] : inputs);
  const output = build(tensors);
  params.finish();

  const { output: got } = await runTrace({ output }, feeds);
  const reference = io.get('output_ref64') ?? io.get('output')!;
  const tolerance = json.recommended_tolerance.output_max_abs as number;
  const verdict = compare('output', got, { reference, tolerance });
  if (!trains) return verdict;

  const loss = mean(abs(sub(output, tensors['target'])));
  const wanted: [string, Symbolic][] = [
    ...params.entries().map((e): [string, Symbolic] => [e.name, e.tensor]),
    ...inputs.map((name): [string, Symbolic] => [`input_grad.${name}`, tensors[name]]),
  ];
  const present = wanted.filter(([name]) => grads.has(name));
  const missing = [...grads.keys()].find(
    (name) => name !== 'loss' && !present.some(([known]) => known === name),
  );
  if (missing) throw new Error(`parity: expected a gradient for ${missing}, got none.`);
  const gradients = grad(
    loss,
    present.map(([, x]) => x),
  );
  const traced = Object.fromEntries(present.map(([name], i) => [name, gradients[i]]));
  const { loss: value, ...values } = await runTrace({ loss, ...traced }, feeds);
  const { rtol, atol } = gradientTolerance(json.training.recommended_tolerance);
  const lossVerdict = compare('loss', value, {
    reference: grads.get('loss')!,
    tolerance: rtol * json.training.loss_value + atol,
  });
  return worse(verdict, worse(lossVerdict, compareGradients(values, grads, { rtol, atol })));
}
