/**
 * `npm run bench:training [-- NETWORK...]`: patches a second of a training step, per network, at
 * its paper's size: 4 bands, ratio 4, batch 4, patches of 64, two threads. Preparation of batches
 * runs beside it in a thread of its own. The same step of rescnn by PyTorch (Debian's python3-torch,
 * another by PYTHON) stands beside ours.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import {
  abs,
  adam,
  compile,
  createParams,
  createTrainer,
  input,
  mean,
  sub,
} from '@bandweave/graph';
import { findNetwork, NETWORKS, type TrainingContext } from '@bandweave/models';

const asked = process.argv.slice(2);
const networks = asked.length > 0 ? asked.flatMap((name) => findNetwork(name) ?? []) : NETWORKS;
const BATCH = 4;
const SIDE = 64;
const BANDS = 4;
/** Steps go on for so long at least, and there are three at least. */
const SECONDS = 4;
const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3';
const PEER = fileURLToPath(new URL('../peers/training_peer.py', import.meta.url));
process.stdout.write(
  '| network | parameters | seconds a step | patches a second |\n|---|---|---|---|\n',
);
for (const network of networks) {
  const made = network.create({ panBands: 1, msBands: BANDS, ratio: 4 });
  const params = createParams({ seed: 1 });
  const shapes = {
    pan: [BATCH, 1, SIDE, SIDE],
    ms: [BATCH, BANDS, SIDE / 4, SIDE / 4],
    lms: [BATCH, BANDS, SIDE, SIDE],
    target: [BATCH, BANDS, SIDE, SIDE],
  };
  const feeds: Record<string, Float32Array> = {};
  const filled = (shape: readonly number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return Float32Array.from({ length: size }, (_, i) => 0.4 + 0.3 * Math.sin(i / 7));
  };
  const tensors = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      feeds[name] = filled(shape);
      return [name, input(name, shape)];
    }),
  ) as Record<keyof typeof shapes, ReturnType<typeof input>>;
  const training: TrainingContext = {
    random: (name, shape) => {
      feeds[`random.${name}`] = filled(shape);
      return input(`random.${name}`, shape);
    },
    keep: () => {},
    distance: (prediction, wanted) => mean(abs(sub(prediction, wanted))),
  };
  const { target, ...inputs } = tensors;
  const loss = made.objective
    ? made.objective(params, { ...inputs, target }, training)
    : (() => {
        const fused = made.build(params, inputs, training);
        return made.loss?.(fused, target, inputs) ?? mean(abs(sub(fused, target)));
      })();
  const trainer = await createTrainer({ params, loss, optimizer: adam(), lr: 1e-4, threads: 2 });
  const used = new Set(compile({ loss }, { weights: 'inputs' }).inputs.map(({ name }) => name));
  const batch = Object.fromEntries(Object.entries(feeds).filter(([name]) => used.has(name)));
  await trainer.train(batch);
  const from = performance.now();
  let steps = 0;
  while (steps < 3 || performance.now() - from < 1000 * SECONDS) {
    await trainer.train(batch);
    steps++;
  }
  const each = (performance.now() - from) / 1000 / steps;
  await trainer.close();
  const parameters = params.entries().reduce((sum, { slot }) => sum + slot.data.length, 0);
  process.stdout.write(
    `| ${network.name} | ${parameters} | ${each.toFixed(3)} | ${(BATCH / each).toFixed(1)} |\n`,
  );
  if (network.name === 'rescnn') comparePeer(each);
}

/** The row of PyTorch's rescnn, with our pace over its. */
function comparePeer(each: number): void {
  const args = [PEER, ...[BATCH, SIDE, BANDS, SECONDS].map(String)];
  const { stdout } = spawnSync(PYTHON, args, { encoding: 'utf8' });
  const answer = JSON.parse(stdout || '{"missing":"peer missing: python"}') as {
    readonly missing?: string;
    readonly version?: string;
    readonly seconds?: number;
    readonly parameters?: number;
  };
  const { missing, version, seconds, parameters } = answer;
  process.stdout.write(
    seconds === undefined
      ? `| rescnn, PyTorch | ${missing} | | |\n`
      : `| rescnn, PyTorch ${version} | ${parameters} | ${seconds.toFixed(3)} | ${(BATCH / seconds).toFixed(1)} (ours over it: ${(seconds / each).toFixed(2)}) |\n`,
  );
}
