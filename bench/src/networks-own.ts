/** One figure of `networks.ts`, in a process of its own: `node networks-own.js JOB`, JSON in and out. */

import { readdirSync, readFileSync } from 'node:fs';
import {
  abs,
  adamW,
  attention,
  compile,
  createParams,
  createSession,
  createTrainer,
  createWorkerSession,
  type Feeds,
  input,
  loadStateDict,
  matmul,
  mean,
  random,
  reshape,
  sub,
  transpose,
} from '@bandweave/graph';
import { openRaster } from '@bandweave/io';
import { enlargeMs, findNetwork } from '@bandweave/models';
import { median } from './measure.js';

export interface NetworkJob {
  /**
   * `windows`: as many windows of 64 as fill the side, one a thread at once; `product` is 2048^3; `attention` an attention block over all positions of 32 channels.
   */
  readonly kind: 'forward' | 'windows' | 'training' | 'attention' | 'product';
  readonly network: string;
  readonly side: number;
  readonly batch: number;
  readonly runs: number;
  readonly warm: number;
  readonly threads: number;
  /** Weights, and a folder of pan.tif and ms.tif whose upper left part goes in, in place of noise. */
  readonly picture?: { readonly weights: string; readonly folder: string } | undefined;
}

export interface NetworkFigures {
  readonly seconds: number;
  /** Processor time of all threads, the smallest of the runs. */
  readonly cpu: number;
  readonly peakMb: number;
  /** Before anything is built. */
  readonly idleMb: number;
}

/** Bands of MS and of PAN: WorldView-3's, and of FeINFN a cube's with a colour picture. */
const BANDS = 8;
const CUBES: Readonly<Record<string, { readonly msBands: number; readonly panBands: number }>> = {
  feinfn: { msBands: 31, panBands: 3 },
};
const RATIO = 4;

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function made(ports: readonly { readonly name: string; readonly shape: readonly number[] }[]) {
  const source = random(3);
  return Object.fromEntries(
    ports.map(({ name, shape }) => [
      name,
      Float32Array.from({ length: size(shape) }, () => source.uniform()),
    ]),
  );
}

async function traced({ network, side, batch, picture }: NetworkJob) {
  const definition = findNetwork(network);
  if (!definition) throw new Error(`networks: expected a network, got ${network}.`);
  const stored = picture && (await loadStateDict(picture.weights)).tensors;
  const weights = stored && (definition.renamed?.(stored) ?? stored);
  const { msBands, panBands } = CUBES[network] ?? { msBands: BANDS, panBands: 1 };
  const built = weights
    ? definition.open(weights, { file: network })
    : definition.create({ panBands, msBands, ratio: RATIO });
  const params = createParams(weights ? { weights } : { seed: 1 });
  const inputs = {
    pan: input('pan', [batch, panBands, side, side]),
    ms: input('ms', [batch, msBands, side / RATIO, side / RATIO]),
    lms: input('lms', [batch, msBands, side, side]),
  };
  // Of a network that samples: one evaluation.
  const output = built.sampling
    ? built.sampling.evaluate(params, {
        ...inputs,
        state: input('state', [batch, BANDS, side, side]),
        time: input('time', [batch]),
      })
    : built.build(params, inputs);
  return { built, params, inputs, output };
}

/** Samples of 11 bits in [0, 1]; the enlarged MS as `fuse` makes it. */
async function pictureFeeds(folder: string, side: number): Promise<Feeds> {
  const part = async (name: string, size: number) => {
    const source = await openRaster(`${folder}/${name}`);
    const raster = await source.read({ row: 0, col: 0, height: size, width: size });
    await source.close();
    return { ...raster, data: Float32Array.from(raster.data, (v) => Number(v) / 2047) };
  };
  const ms = await part('ms.tif', side / RATIO);
  const pan = await part('pan.tif', side);
  return { pan: pan.data, ms: ms.data, lms: enlargeMs(ms, RATIO).data };
}

/** x + P softmax(q kᵀ) v over all pixels: what a state-space block replaces. */
function attentionBlock({ side }: NetworkJob) {
  const width = 32;
  const params = createParams({ seed: 1 });
  const map = input('x', [1, width, side, side]);
  const x = transpose(reshape(map, [1, width, side * side]), [0, 2, 1]);
  const to = (name: string) => matmul(x, params.get(name, [width, width]));
  return matmul(
    attention(to('q'), to('k'), to('v'), { heads: 2 }),
    params.get('out', [width, width]),
  );
}

/** Every window in a process of one thread, as many at once as there are threads. */
async function windows(job: NetworkJob): Promise<() => Promise<unknown>> {
  const { side, threads } = job;
  const own = 64;
  const model = compile(
    { output: (await traced({ ...job, side: own })).output },
    { weights: 'initializers' },
  );
  const session = await createWorkerSession(model, {
    threads: 1,
    workers: threads,
    memoryPattern: false,
  });
  const feeds = made(session.inputs);
  const count = (side / own) ** 2;
  return () => Promise.all(Array.from({ length: count }, () => session.run(feeds)));
}

/** Peak memory of this process and of those that it started, and their processor time. */
function ofChildren(): { peakMb: number; cpu: number } {
  let [peakMb, cpu] = [0, 0];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      if (Number(stat[1]) !== process.pid) continue;
      const high = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      peakMb += Number(high?.[1] ?? 0) / 1024;
      cpu += (Number(stat[11]) + Number(stat[12])) / 100;
    } catch {
      // A process that ended meanwhile.
    }
  }
  return { peakMb, cpu };
}

async function runner(job: NetworkJob): Promise<() => Promise<unknown>> {
  const { kind, threads } = job;
  if (kind === 'training') {
    const { built, params, inputs, output } = await traced(job);
    const target = input('target', output.shape);
    const loss = built.loss?.(output, target, inputs) ?? mean(abs(sub(output, target)));
    const trainer = await createTrainer({ params, loss, optimizer: adamW(), lr: 1e-4, threads });
    const { pan, ms, lms } = inputs;
    const all = made([
      { name: 'pan', shape: pan.shape },
      { name: 'ms', shape: ms.shape },
      { name: 'lms', shape: lms.shape },
      { name: 'target', shape: target.shape },
    ]);
    const used = new Set(
      compile({ loss }, { weights: 'initializers' }).inputs.map(({ name }) => name),
    );
    const batch: Feeds = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
    return () => trainer.train(batch);
  }
  if (kind === 'windows') return windows(job);
  const output =
    kind === 'product'
      ? matmul(input('a', [2048, 2048]), input('b', [2048, 2048]))
      : kind === 'attention'
        ? attentionBlock(job)
        : (await traced(job)).output;
  const model = compile({ output }, { weights: 'initializers' });
  const session = await createSession(model, { threads, memoryPattern: false });
  const pictured = job.picture && (await pictureFeeds(job.picture.folder, job.side));
  const feeds = pictured
    ? Object.fromEntries(session.inputs.map(({ name }) => [name, pictured[name]]))
    : made(session.inputs);
  return () => session.run(feeds);
}

const idle = process.memoryUsage().rss;
const job = JSON.parse(process.argv[2]) as NetworkJob;
const run = await runner(job);
for (let i = 0; i < job.warm; i++) await run();
const seconds: number[] = [];
const cpu: number[] = [];
for (let i = 0; i < job.runs; i++) {
  const children = ofChildren().cpu;
  const [before, start] = [process.cpuUsage(), performance.now()];
  await run();
  seconds.push((performance.now() - start) / 1000);
  const { user, system } = process.cpuUsage(before);
  cpu.push((user + system) / 1e6 + ofChildren().cpu - children);
}
const figures: NetworkFigures = {
  seconds: median(seconds),
  cpu: Math.min(...cpu),
  peakMb: process.resourceUsage().maxRSS / 1024 + ofChildren().peakMb,
  idleMb: idle / 2 ** 20,
};
process.stdout.write(JSON.stringify(figures));
process.exit(0);
