/** The autoencoder: posterior, decoder, and what lies between. */

import { join } from 'node:path';
import { createParams, input, type Tensor as Symbolic } from '@bandweave/graph';
import { samplePosterior, vaeConfig, vaeDecode, vaeEncode } from '@bandweave/video';
import type { Runner } from '../../case.js';
import { readStored } from '../../graph-case.js';
import { need, readTensors } from '../../tensors.js';
import { judgeAll, run } from './judge.js';

export const runVae: Runner = async ({ folder, json }) => {
  const config = vaeConfig(json.config);
  const weights = await readStored(folder, 'weights.safetensors');
  const params = createParams({ weights, file: folder });
  const io = readTensors(join(folder, 'io.safetensors'));
  const [x, noise, z] = ['x', 'noise', 'z'].map((name) => need(io, name));
  const parts: Record<string, Symbolic> = {};
  const watch = (side: string) => (part: string, t: Symbolic) => {
    parts[`${side}_${part}`] = t;
  };
  const posterior = vaeEncode(config, params, input('x', x.shape), watch('enc'));
  const drawn = samplePosterior(posterior, input('noise', noise.shape));
  const decoded = vaeDecode(config, params, input('z', z.shape), watch('dec'));
  params.finish();
  const { mean, logVariance: logvar, deviation: std } = posterior;
  const feeds = Object.fromEntries(
    Object.entries({ x, noise, z }).map(([name, t]) => [name, Float32Array.from(t.data)]),
  );
  const values = await run({ mean, logvar, std, z: drawn, decoded, ...parts }, feeds);
  return judgeAll(io, values, { rtol: 2e-4 });
};
