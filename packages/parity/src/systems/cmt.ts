/** CMT: one modulated attention, and the loss with its gradient. */

import { createParams, grad, type Tensor, toFloat32 } from '@bandweave/graph';
import { hybridLoss, modulatedAttention } from '@bandweave/models';
import { type ParityCase, type Runner, type Verdict, worse } from '../case.js';
import { compare, inputsFor, readStored, runTrace, type Stored } from '../graph-case.js';

export const runCmt: Runner = async ({ folder, json }) => {
  const io = await readStored(folder, 'io.safetensors');
  return io.has('in.carrier') ? runAttention(folder, json, io) : runLoss(json, io);
};

type Json = ParityCase['json'];

async function runAttention(folder: string, json: Json, io: Stored): Promise<Verdict> {
  const weights = await readStored(folder, 'weights.safetensors');
  const { tensors, feeds } = inputsFor(io, ['in.carrier', 'in.modulator']);
  const heads = headsOf(json, io);
  const outputs: Record<string, Tensor> = {};
  for (const modulation of ['dsb-sc', 'am'] as const) {
    const params = createParams({ weights, file: folder });
    outputs[`out.${modulation.replace('-', '_')}`] = modulatedAttention(
      params,
      tensors['in.carrier'],
      { modulator: tensors['in.modulator'], heads, modulation },
    );
    params.finish();
  }
  // A gain of 1 everywhere is plain self-attention.
  const plain = new Map(
    [...weights].map(([name, stored]) => {
      const data = toFloat32(stored).slice();
      if (name.startsWith('to_g.')) data.fill(name === 'to_g.bias' ? 1 : 0);
      return [name, { shape: stored.shape, data }];
    }),
  );
  outputs['out.plain(G=1)'] = modulatedAttention(
    createParams({ weights: plain, file: folder }),
    tensors['in.carrier'],
    { modulator: tensors['in.modulator'], heads, modulation: 'dsb-sc' },
  );
  // Parameters of three trees bear the same names: a trace each.
  let verdict: Verdict = { error: 0, tolerance: json.tolerance.max_abs, note: 'attention' };
  for (const [name, tensor] of Object.entries(outputs)) {
    const reference = io.get(name);
    if (!reference) continue;
    const got = await runTrace({ output: tensor }, feeds);
    verdict = worse(
      verdict,
      compare(name, got.output, { reference, tolerance: json.tolerance.max_abs }),
    );
  }
  return verdict;
}

/** Of the stored scores [b, heads, n, n], else of the case's name. */
function headsOf(json: Json, io: Stored): number {
  const scores = io.get('mid.attn')?.shape;
  if (scores) return scores[1];
  return Number(/heads(\d+)/.exec(json.case)?.[1] ?? 4);
}

async function runLoss(json: Json, io: Stored): Promise<Verdict> {
  const { tensors, feeds } = inputsFor(io, ['in.pred', 'in.gt']);
  const [pred, gt] = [tensors['in.pred'], tensors['in.gt']];
  let verdict: Verdict = { error: 0, tolerance: json.tolerance.out.abs, note: 'loss' };
  for (const key of io.keys()) {
    const levels = Number(/^out\.J(\d+)$/.exec(key)?.[1] ?? 0);
    if (levels === 0) continue;
    const { loss, pixels, fourier, wavelet } = hybridLoss(pred, gt, { levels });
    const [gradient] = grad(loss, [pred]);
    const got = await runTrace({ loss, pixels, fourier, wavelet, gradient }, feeds);
    const parts = [got.loss, got.pixels, got.fourier, got.wavelet].map((v) => v[0]);
    const reference = toFloat32(io.get(key)!);
    const worst = Math.max(...parts.map((v, i) => Math.abs(v - reference[i])));
    verdict = worse(verdict, { error: worst, tolerance: json.tolerance.out.abs, note: key });
    const stored = io.get(`grad.J${levels}`);
    if (!stored) continue;
    const tolerance = json.tolerance.grad.max_abs;
    verdict = worse(
      verdict,
      compare(`gradient of J${levels}`, got.gradient, { reference: stored, tolerance }),
    );
  }
  return verdict;
}
