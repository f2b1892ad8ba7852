/**
 * `npm run bench:networks [-- NETWORK... [--weights FILE --pair FOLDER]]`: seconds and peak memory of the published networks for
 * 8 bands on two threads, beside the seconds of their originals in PyTorch, scaled by a product of
 * 2048 x 2048 matrices measured on both machines; a training step beside its forward pass; and how
 * the cost of state-space networks grows with the pixels, beside attention. Every figure comes from
 * a process of its own. On a busy machine look at the ratio of processor times in matrix products: what
 * it would be if network and product both kept all threads busy. BENCH_THREADS is 2 by default; BENCH_PARTS takes some of
 * `speed,training,growth`. Inputs are noise and weights new; with --weights and --pair seconds are those of
 * these weights on the upper left part of FOLDER/pan.tif and ms.tif, where clustering may take longer.
 */

import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { NetworkFigures, NetworkJob } from './networks-own.js';

const OWN = fileURLToPath(new URL('./networks-own.js', import.meta.url));
const run = promisify(execFile);

interface Peer {
  /** At PAN 64 x 64 and 256 x 256. */
  readonly seconds: readonly [number, number];
  readonly peakMb: number;
}

/** The originals on two threads, the scan as compiled C, where the product took PEER_PRODUCT. */
const PEERS: Readonly<Record<string, Peer>> = {
  fusionmamba: { seconds: [0.13, 2.6], peakMb: 750 },
  lemamba: { seconds: [0.35, 6.1], peakMb: 1170 },
  cannet: { seconds: [0.28, 5.3], peakMb: 680 },
  // One evaluation; at 256 as 16 windows of 64. Its memory without windows, at 128.
  ssdiff: { seconds: [0.76, 12.2], peakMb: 4600 },
  // On two busy threads where the product took 80 to 100 ms; 256 x 256 and memory were not measured.
  feinfn: { seconds: [2.2, Number.NaN], peakMb: Number.NaN },
};
const PEER_PRODUCT = 0.08;
const STATE_SPACE = ['fusionmamba', 'lemamba'];
const SIDES = [64, 128, 256, 512];
/** Attention over 512 x 512 pixels would take minutes. */
const ATTENTION_SIDES = [64, 128, 256];

const threads = Number(process.env['BENCH_THREADS'] ?? 2);
const parts = (process.env['BENCH_PARTS'] ?? 'speed,training,growth').split(',');
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { weights: { type: 'string' }, pair: { type: 'string' } },
});
const { weights, pair: folder } = options;
const picture = weights !== undefined && folder !== undefined ? { weights, folder } : undefined;
const networks = wanted.length > 0 ? wanted : [...Object.keys(PEERS), 'sbm', 'cmt'];

async function figures(job: Partial<NetworkJob>): Promise<NetworkFigures> {
  const whole = { kind: 'forward', network: '', side: 64, batch: 1, runs: 3, warm: 1, threads };
  const { stdout } = await run(process.execPath, [OWN, JSON.stringify({ ...whole, ...job })]);
  return JSON.parse(stdout) as NetworkFigures;
}

const say = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const head = (cells: readonly string[]) => {
  process.stdout.write('\n');
  say(cells);
  say(cells.map(() => '---'));
};

/** Slope of the logarithm against that of the number of pixels, by least squares. */
function exponent(sides: readonly number[], values: readonly number[]): number {
  const x = sides.map((s) => Math.log(s * s));
  const y = values.map(Math.log);
  const centre = (v: readonly number[]) => v.reduce((a, b) => a + b) / v.length;
  const [mx, my] = [centre(x), centre(y)];
  const along = x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0);
  return along / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
}

async function speed(): Promise<void> {
  const product = await figures({ kind: 'product', runs: 9, warm: 2 });
  const scale = product.seconds / PEER_PRODUCT;
  process.stdout.write(
    `product of 2048 x 2048: ${(product.seconds * 1000).toFixed(0)} ms, so the peers' seconds times ${scale.toFixed(2)}; ${threads} threads, load ${loadavg()[0].toFixed(1)}\n`,
  );
  head([
    'network, PAN side',
    'seconds',
    'peer, scaled',
    'ratio',
    'processor s',
    'ratio, both cores busy',
    'peak MB',
    'peer MB',
    'ratio',
  ]);
  for (const network of networks) {
    for (const [i, side] of [64, 256].entries()) {
      const kind = network === 'ssdiff' && side > 64 ? 'windows' : 'forward';
      const { seconds, cpu, peakMb } = await figures({
        kind,
        network,
        side,
        runs: i === 0 ? 7 : 3,
        picture,
      });
      const peer = PEERS[network];
      const theirs = peer ? peer.seconds[i] * scale : Number.NaN;
      // The peer's peak is that of the larger size.
      const memory = i === 1 && peer ? peer.peakMb : Number.NaN;
      const ratio = (a: number, b: number) => (Number.isNaN(b) ? '' : (a / b).toFixed(2));
      const shown = (v: number, digits: number) => (Number.isNaN(v) ? '' : v.toFixed(digits));
      say([
        `${network}, ${side}`,
        seconds.toFixed(3),
        shown(theirs, 3),
        ratio(seconds, theirs),
        cpu.toFixed(3),
        peer ? (cpu / product.cpu / (peer.seconds[i] / PEER_PRODUCT)).toFixed(2) : '',
        peakMb.toFixed(0),
        shown(memory, 0),
        ratio(peakMb, memory),
      ]);
    }
  }
}

async function training(): Promise<void> {
  head(['network, 4 of 64 x 64', 'forward s', 'training step s', 'ratio', 'peak MB']);
  for (const network of networks) {
    const forward = await figures({ network, batch: 4, runs: 5 });
    const step = await figures({ kind: 'training', network, batch: 4 });
    say([
      network,
      forward.seconds.toFixed(3),
      step.seconds.toFixed(3),
      (step.seconds / forward.seconds).toFixed(2),
      step.peakMb.toFixed(0),
    ]);
  }
}

async function growth(): Promise<void> {
  head(['seconds (peak MB) at', ...SIDES.map(String), 'exponent in pixels, time', 'memory']);
  const rows = networks.filter((name) => STATE_SPACE.includes(name));
  const grow = async (label: string, sides: readonly number[], job: Partial<NetworkJob>) => {
    const found: NetworkFigures[] = [];
    for (const side of sides) {
      const large = side >= 256;
      found.push(await figures({ ...job, side, runs: large ? 1 : 3, warm: large ? 0 : 1 }));
    }
    const cells = SIDES.map((_, i) =>
      found[i] ? `${found[i].seconds.toFixed(2)} (${found[i].peakMb.toFixed(0)})` : '',
    );
    // What a process takes before its first pixel is no growth.
    const memory = found.map(({ peakMb, idleMb }) => peakMb - idleMb);
    say([
      label,
      ...cells,
      exponent(
        sides,
        found.map(({ seconds }) => seconds),
      ).toFixed(2),
      exponent(sides, memory).toFixed(2),
    ]);
  };
  for (const network of rows) await grow(network, SIDES, { network });
  if (rows.length > 0) await grow('attention, one block', ATTENTION_SIDES, { kind: 'attention' });
}

if (parts.includes('speed')) await speed();
if (parts.includes('training')) await training();
if (parts.includes('growth')) await growth();
