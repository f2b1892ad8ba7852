/**
 * This engine's side of the comparison, a process of its own: makes one case ready, then does one
 * timed run for every line it reads. `node engine-own.js CASE forward|train FOLDER`
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  adam,
  compile,
  createParams,
  createSession,
  createTrainer,
  type Feeds,
  loadStateDict,
} from '@bandweave/graph';
import { type CaseName, traceCase } from './engine-networks.js';

const [name, mode, folder] = process.argv.slice(2) as [CaseName, 'forward' | 'train', string];

/** Highest resident memory of this process in MB, as Linux counts it. */
function peakMegabytes(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const threads = Number(process.env['BENCH_THREADS'] ?? 2);
const weights = (await loadStateDict(join(folder, 'weights.safetensors'))).tensors;
const data = (await loadStateDict(join(folder, 'data.safetensors'))).tensors;
const batches = data.get('x')!.shape[0];

/** Batch i of the stored ones. */
function batch(i: number): { x: Float32Array; y: Float32Array } {
  const part = (key: string) => {
    const all = data.get(key)!.data as Float32Array;
    const size = all.length / batches;
    return all.subarray((i % batches) * size, ((i % batches) + 1) * size);
  };
  return { x: part('x'), y: part('y') };
}

async function makeRun(): Promise<(i: number) => Promise<number>> {
  const network = traceCase(name, createParams({ weights }));
  network.params.finish();
  if (mode === 'forward') {
    const model = compile({ out: network.out }, { weights: 'initializers' });
    const session = await createSession(model, { threads, memoryPattern: false });
    return async (i) => {
      const feeds: Feeds = { x: batch(i).x };
      return Number((await session.run(feeds)).out.data[0]);
    };
  }
  const trainer = await createTrainer({ ...network, optimizer: adam(), lr: 1e-3, threads });
  return async (i) => (await trainer.train(batch(i))).loss;
}

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

const run = await makeRun();
say({ ready: `onnxruntime-node in Node ${process.version}` });
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'peak') {
    say({ peak: peakMegabytes() });
    continue;
  }
  const start = performance.now();
  const before = process.cpuUsage();
  const value = await run(count++);
  const ms = performance.now() - start;
  const used = process.cpuUsage(before);
  say({ ms, cpu: (used.user + used.system) / 1000, value });
}
