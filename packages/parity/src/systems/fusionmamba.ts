/** FusionMamba: the output, and where a case trains, the loss and every gradient. */

import { abs, createParams, grad, mean, sub } from '@bandweave/graph';
import { configFromStateDict, fusionMamba } from '@bandweave/models';
import { type Runner, worse } from '../case.js';
import {
  compare,
  compareGradients,
  gradientTolerance,
  inputsFor,
  readStored,
  runTrace,
} from '../graph-case.js';

export const runFusionmamba: Runner = async ({ folder, json }) => {
  const weights = await readStored(folder, 'weights.safetensors');
  const io = await readStored(folder, 'io.safetensors');
  const grads = await readStored(folder, 'grads.safetensors');
  const params = createParams({ weights, file: folder });
  const trains = grads.size > 0;
  const { tensors, feeds } = inputsFor(io, trains ? ['ms', 'pan', 'target'] : ['ms', 'pan']);
  const { ms, pan, target } = tensors;
  const output = fusionMamba(configFromStateDict(weights)).build(params, { ms, pan });
  params.finish();

  const expected = json.recommended_tolerance;
  const { output: got } = await runTrace({ output }, feeds);
  const reference = io.get('output_ref64') ?? io.get('output')!;
  const tolerance = expected.output_max_abs as number;
  const verdict = compare('output', got, { reference, tolerance });
  if (!trains) return verdict;

  const loss = mean(abs(sub(output, target)));
  const names = params.entries().map((e) => e.name);
  const inputs = ['ms', 'pan'].filter((name) => grads.has(`input_grad.${name}`));
  const wrt = [...params.entries().map((e) => e.tensor), ...inputs.map((name) => tensors[name])];
  const gradients = grad(loss, wrt);
  const keys = [...names, ...inputs.map((name) => `input_grad.${name}`)];
  const traced = Object.fromEntries(keys.map((key, i) => [key, gradients[i]]));
  const { loss: value, ...values } = await runTrace({ loss, ...traced }, feeds);
  const { rtol, atol } = gradientTolerance(json.training.recommended_tolerance);
  const lossVerdict = compare('loss', value, {
    reference: grads.get('loss')!,
    tolerance: rtol * json.training.loss_value + atol,
  });
  return worse(verdict, worse(lossVerdict, compareGradients(values, grads, { rtol, atol })));
};
