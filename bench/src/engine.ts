/**
 * `npm run bench:engine [-- CASE...]`: this engine beside PyTorch. Runs of both alternate, and
 * ratios are of medians, so that what else the machine does falls on both. BENCH_SECONDS limits
 * each case, BENCH_THREADS says how many threads both sides get; without PyTorch it says
 * "peer missing" and times this engine alone.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCase } from './engine-data.js';
import type { CaseName } from './engine-networks.js';
import { type Run, type Side, startSide } from './engine-side.js';

const PEER = fileURLToPath(new URL('../peers/engine_peer.py', import.meta.url));
const OWN = fileURLToPath(new URL('./engine-own.js', import.meta.url));
const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3';
const TITLES = {
  residual: 'residual convolutions, 16 layers x 32 channels, 16 x 64 x 64',
  window: 'window attention block, 64 channels, windows of 8 x 8, 4 x 64 x 64',
  scan: 'selective scan block, 64 channels, 16 states, 2 x 1024',
};
/** Seconds that one case may take in one mode. */
const BUDGET = Number(process.env['BENCH_SECONDS'] ?? 15);
const WARM = 2;
const CURVE_STEPS = 200;
const THREADS = process.env['BENCH_THREADS'] ?? '2';
const NO_RUN: Run = { ms: Number.NaN, cpu: Number.NaN, value: Number.NaN };

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const say = (line: string) => process.stdout.write(`${line}\n`);

async function bothSides(name: CaseName, mode: string, folder: string): Promise<[Side, Side]> {
  const own = await startSide(process.execPath, [OWN, name, mode, folder]);
  const peer = await startSide(PYTHON, [PEER, name, mode, folder]);
  if (own.version === undefined) throw new Error(`engine-own failed on ${name} ${mode}.`);
  return [own, peer];
}

async function compare(name: CaseName, mode: 'forward' | 'train', folder: string): Promise<void> {
  const [own, peer] = await bothSides(name, mode, folder);
  const runs: [Run[], Run[]] = [[], []];
  let apart = 0;
  const end = performance.now() + BUDGET * 1000;
  for (let i = 0; i < WARM + 5 || (performance.now() < end && i < WARM + 40); i++) {
    const a = await own.run();
    const b = peer.version ? await peer.run() : NO_RUN;
    apart = Math.max(apart, Math.abs(a.value - b.value) / Math.abs(b.value));
    if (i < WARM) continue;
    runs[0].push(a);
    runs[1].push(b);
  }
  const [a, b] = runs.map((list) => median(list.map((r) => r.ms)));
  // What others run at the same time costs waiting, but hardly any processor time.
  const [cpuA, cpuB] = runs.map((list) => Math.min(...list.map((r) => r.cpu)));
  const [memory, peerMemory] = [await own.peak(), peer.version ? await peer.peak() : Number.NaN];
  say(
    [
      name.padEnd(9),
      mode.padEnd(8),
      `ours ${a.toFixed(1)} ms ${memory.toFixed(0)} MB`,
      `torch ${b.toFixed(1)} ms ${peerMemory.toFixed(0)} MB`,
      `ratio ${(a / b).toFixed(2)} (processor time ${(cpuA / cpuB).toFixed(2)})`,
      `${runs[0].length} runs`,
      `values differ by ${apart.toExponential(1)}`,
    ].join('  '),
  );
  own.close();
  peer.close();
}

/** Loss curves from the same weights and batches. */
async function compareCurves(folder: string): Promise<void> {
  const [own, peer] = await bothSides('curve', 'train', folder);
  let worst = 0;
  for (let step = 1; peer.version && step <= CURVE_STEPS; step++) {
    const [a, b] = [(await own.run()).value, (await peer.run()).value];
    worst = Math.max(worst, Math.abs(a - b) / b);
    if (step === 1 || step === 20 || step === CURVE_STEPS) {
      say(
        `curve     step ${step}: ours ${a.toFixed(6)}, torch ${b.toFixed(6)}; largest difference so far ${worst.toExponential(1)}`,
      );
    }
  }
  own.close();
  peer.close();
}

const wanted = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'bandweave-engine-'));
try {
  const probe = await writeCase(folder, 'curve', 20);
  const [own, peer] = await bothSides('curve', 'forward', probe);
  say(
    `${own.version}, ${THREADS} threads; ${peer.version ?? 'peer missing'}; load ${loadavg()[0].toFixed(1)}`,
  );
  own.close();
  peer.close();
  for (const name of ['residual', 'window', 'scan'] as const) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    say(TITLES[name]);
    const place = await writeCase(folder, name, 1);
    for (const mode of ['forward', 'train'] as const) await compare(name, mode, place);
  }
  if (wanted.length === 0 || wanted.includes('curve')) await compareCurves(probe);
  say(`load ${loadavg()[0].toFixed(1)}`);
} finally {
  await rm(folder, { recursive: true });
}
