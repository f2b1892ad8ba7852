/** PNN, PanNet and FusionNet with published weights: the output, and what PanNet sees of MS and PAN. */

import { createParams, type StateDict, type Tensor as Symbolic } from '@bandweave/graph';
import {
  fusionNet,
  fusionNetConfigFrom,
  highPass,
  panNet,
  panNetConfigFrom,
  pnn,
  pnnConfigFrom,
  withoutAliases,
} from '@bandweave/models';
import { type Runner, type Verdict, worse } from '../case.js';
import { compare, inputsFor, readStored, runTrace } from '../graph-case.js';

type Inputs = Readonly<Record<string, Symbolic>>;

/** What a network gives by the names that the cases use. */
function trace(weights: StateDict, t: Inputs, folder: string): Record<string, Symbolic> {
  const params = createParams({ weights, file: folder });
  const [lms, ms, pan] = [t['in_lms'], t['in_ms'], t['in_pan']];
  const build = (): Record<string, Symbolic> => {
    if (weights.has('deconv.weight')) {
      const out = panNet(panNetConfigFrom(weights), params, { ms, lms, pan });
      return { out_sr: out, in_ms_hp: highPass(ms), in_pan_hp: highPass(pan) };
    }
    if (weights.has('res1.conv20.weight')) {
      return { out_sr: fusionNet(fusionNetConfigFrom(weights), params, { lms, pan }) };
    }
    return { out_sr: pnn(pnnConfigFrom(weights), params, { lms, pan }) };
  };
  const outputs = build();
  params.finish();
  return outputs;
}

export const runPretrained: Runner = async ({ folder, json }) => {
  const weights = withoutAliases(await readStored(folder, json.weights ?? 'weights.safetensors'));
  const io = await readStored(folder, 'io.safetensors');
  const names = ['in_lms', 'in_ms', 'in_pan'].filter((name) => io.has(name));
  const { tensors, feeds } = inputsFor(io, names);
  const results = await runTrace(trace(weights, tensors, folder), feeds);
  const tolerance = (json.tolerance ?? json.recommended_tolerance).max_abs as number;
  let verdict: Verdict = { error: 0, tolerance, note: 'out_sr' };
  for (const [name, got] of Object.entries(results)) {
    const reference = io.get(name);
    if (reference) verdict = worse(verdict, compare(name, got, { reference, tolerance }));
  }
  return verdict;
};
