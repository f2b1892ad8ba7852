/** The U-Net on pictures and on clips, with what lies inside of it. */

import { join } from 'node:path';
import { createParams, input, reshape, type Tensor as Symbolic } from '@bandweave/graph';
import { toClips, unet, unetConfig } from '@bandweave/video';
import type { Runner } from '../../case.js';
import { readStored } from '../../graph-case.js';
import { need, readTensors, type Tensor } from '../../tensors.js';
import { judgeAll, run } from './judge.js';

const FIRST = 'down_blocks.0.attentions.0';
const BLOCK = `${FIRST}.transformer_blocks.0`;
/** What the cases call the parts. */
const PARTS: Readonly<Record<string, string>> = {
  'down_blocks.0.resnets.0': 'resnet_d0',
  [FIRST]: 'transformer_d0',
  [`${BLOCK}.attn1.in`]: 'attn1_in',
  [`${BLOCK}.attn1.out`]: 'attn1_out',
  [`${BLOCK}.attn2.out`]: 'attn2_out',
  [`${BLOCK}.ff.out`]: 'ff_out',
  [`${BLOCK}.attn_temp.in`]: 'attn_temp_in',
  [`${BLOCK}.attn_temp.out`]: 'attn_temp_out',
  mid_block: 'mid',
};

/** The name that a case has for a part. */
function nameOf(part: string): string {
  const level = /^(down|up)_blocks\.(\d+)$/.exec(part);
  return `int_${level ? level[1] + level[2] : (PARTS[part] ?? part)}`;
}

/** A part in the form of the case: clips keep their frames in an axis of their own. */
function shapedAs(t: Symbolic, stored: Tensor): Symbolic {
  if (stored.shape.length === 5) return toClips(t, stored.shape[0]);
  return reshape(t, stored.shape);
}

export const runUnet: Runner = async ({ folder, json }) => {
  const config = unetConfig(json.config);
  const weights = await readStored(folder, 'weights.safetensors');
  const params = createParams({ weights, file: folder });
  const io = readTensors(join(folder, 'io.safetensors'));
  const names = ['sample', 'timestep', 'encoder_hidden_states'];
  const stored = names.map((name) => need(io, name));
  const [sample, time, text] = stored.map((t, i) => input(names[i], t.shape));
  const parts: Record<string, Symbolic> = {};
  const watch = (part: string, t: Symbolic) => {
    const name = nameOf(part);
    const known = io.get(name);
    if (known) parts[name] = shapedAs(t, known);
    if (part === FIRST && io.has('int_attn_d0')) parts['int_attn_d0'] = t;
  };
  const out = unet(config, params, { sample, time, text }, { watch });
  params.finish();
  const feeds = Object.fromEntries(names.map((n, i) => [n, Float32Array.from(stored[i].data)]));
  const values = await run({ out, ...parts }, feeds);
  const missing = [...io.keys()].find((name) => name.startsWith('int_') && !(name in values));
  if (missing) throw new Error(`apla: expected a part that ${missing} stands for, got none.`);
  return judgeAll(io, values, { rtol: 2e-4 });
};
