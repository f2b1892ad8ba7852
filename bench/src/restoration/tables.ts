/** PSNR and SSIM of denoising and deblurring on crops, as Markdown. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@bandweave/image';
import { psnr, ssim } from '@bandweave/metrics';
import {
  averageKernel,
  blur,
  type DeblurParameters,
  type DenoiseParameters,
  deblurOn,
  denoiseOn,
  draftParameters,
  fastParameters,
  gaussianKernel,
  motionKernel,
  type PassPool,
  publishedDeblur,
  publishedParameters,
  tunedDeblur,
  tunedParameters,
} from '@bandweave/restoration';
import { middle, picturesOf, SETS, withNoise } from './pictures.js';
import { type Score, scoreLog } from './score-log.js';

export interface TableOptions {
  readonly side: number;
  /** Pictures of each set. */
  readonly most: number;
  /** Key patches of every method lie at least so far apart: 1 leaves the published step. */
  readonly step: number;
  readonly sigmas: readonly number[];
  /** Where scores are kept, so that a stopped run goes on. */
  readonly log?: string;
}

type Picture = Raster<Float64Array>;

const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3';
const PEER = new URL('../../peers/restoration_peer.py', import.meta.url).pathname;

const METHODS: readonly (readonly [string, (sigma: number) => DenoiseParameters])[] = [
  ['WNNM, band by band', (sigma) => publishedParameters('wnnm', sigma)],
  ['WSNM, band by band', (sigma) => publishedParameters('wsnm', sigma)],
  ['QWNNM', (sigma) => publishedParameters('qwnnm', sigma)],
  ['QWSNM released', (sigma) => publishedParameters('qwsnm', sigma)],
  ['QWSNM tuned', tunedParameters],
  ['QWSNM fast', fastParameters],
  ['QWSNM draft', draftParameters],
];

const PEERS = [
  ['bilateral', 'scikit-image bilateral'],
  ['nlm', 'scikit-image non-local means'],
] as const;

const score = (estimate: Picture, clean: Picture): Score => [
  psnr(estimate, clean, { bits: 8 }),
  ssim(estimate, clean, { bits: 8 }),
];

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const cell = (scores: readonly Score[]) =>
  scores.length === 0
    ? '-'
    : `${mean(scores.map(([p]) => p)).toFixed(2)} / ${mean(scores.map(([, s]) => s)).toFixed(3)}`;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** A picture of a set and its noise. */
interface Case {
  readonly name: string;
  readonly set: string;
  readonly seed: number;
}

/** The first picture of every set, then the second: what is done so far is spread evenly. */
function casesOf(most: number): Case[] {
  const lists = SETS.map((set, s) =>
    picturesOf(set, most).map((name, i) => ({ name, set, seed: 1000 * s + i + 1 })),
  );
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}

/** One row a method, one column a set, mean over its pictures; then what `fast` loses. */
export async function denoiseTable(pool: PassPool, options: TableOptions): Promise<void> {
  const { side, most, step, sigmas } = options;
  const log = scoreLog(options.log);
  const rows = new Map<string, Score[]>();
  for (const { name, set, seed } of casesOf(most)) {
    const clean = await middle(name, side);
    for (const sigma of sigmas) {
      const noisy = withNoise(clean, sigma, seed);
      const note = async (method: string, make: () => Promise<Score> | Score) => {
        const at = `${side} ${step} ${sigma} ${method} ${name}`;
        const row = `${sigma} | ${method} | ${set}`;
        rows.set(row, [...(rows.get(row) ?? []), await log.take(at, make)]);
      };
      await note('noisy', () => score(noisy, clean));
      for (const [peer, method] of PEERS) {
        await note(method, () => peerScore(peer, { clean, noisy }, { side, sigma }));
      }
      for (const [method, parametersFor] of METHODS) {
        const published = parametersFor(sigma);
        const parameters = { ...published, step: Math.max(step, published.step) };
        await note(method, async () => {
          return score(await denoiseOn({ pool }, noisy, { sigma, parameters }), clean);
        });
      }
    }
  }
  const scores = (sigma: number, method: string, set: string) =>
    rows.get(`${sigma} | ${method} | ${set}`) ?? [];
  const counts = SETS.map((set) => `${set} (${scores(sigmas[0], 'noisy', set).length})`);
  say(`| sigma | method | ${counts.join(' | ')} |\n|---|---|${SETS.map(() => '---|').join('')}`);
  const methods = ['noisy', ...PEERS.map(([, name]) => name), ...METHODS.map(([name]) => name)];
  for (const sigma of sigmas) {
    for (const method of methods) {
      const cells = SETS.map((set) => cell(scores(sigma, method, set)));
      say(`| ${sigma} | ${method} | ${cells.join(' | ')} |`);
    }
    for (const name of ['QWSNM fast', 'QWSNM draft']) {
      const losses = SETS.flatMap((set) =>
        scores(sigma, name, set).map(([p], i) => scores(sigma, 'QWSNM released', set)[i][0] - p),
      );
      say(
        `${name} at sigma ${sigma}: ${mean(losses).toFixed(3)} dB below released in the mean, ` +
          `${Math.max(...losses).toFixed(3)} at most, ${losses.length} pictures`,
      );
    }
  }
}

function peerScore(
  peer: string,
  { clean, noisy }: { readonly clean: Picture; readonly noisy: Picture },
  { side, sigma }: { readonly side: number; readonly sigma: number },
): Score {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-peer-'));
  try {
    writeFileSync(join(folder, '0.f64'), new Uint8Array(noisy.data.buffer));
    const ran = spawnSync(PYTHON, [PEER, folder, String(side), String(sigma)]);
    if (ran.status !== 0) throw new Error(`${PYTHON} ${PEER}: ${ran.stderr}`);
    const data = new Float64Array(new Uint8Array(readFileSync(join(folder, `0.${peer}`))).buffer);
    return score({ ...clean, data }, clean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const BLURS = [
  ['motion:20,60', motionKernel(20, 60)],
  ['gaussian:25,1.6', gaussianKernel(25, 1.6)],
  ['average:9', averageKernel(9)],
] as const;

/** Circular blur and noise of 15 grey levels, as the demonstration has it. */
export async function deblurTable(
  pool: PassPool,
  { side, most, step, log: path }: TableOptions,
): Promise<void> {
  const sigma = 15;
  const methods: readonly (readonly [string, DeblurParameters])[] = [
    ['QWNNM released', publishedDeblur('qwnnm', sigma)],
    ['QWSNM released', publishedDeblur('qwsnm', sigma)],
    ['QWNNM tuned', tunedDeblur('qwnnm', sigma)],
    ['QWSNM tuned', tunedDeblur('qwsnm', sigma)],
  ];
  const log = scoreLog(path);
  const rows = new Map<string, Score[]>();
  const cases = casesOf(most);
  for (const { name, seed } of cases) {
    const clean = await middle(name, side);
    for (const [what, kernel] of BLURS) {
      const degraded = withNoise(blur(clean, kernel), sigma, seed);
      const note = async (method: string, make: () => Promise<Score> | Score) => {
        const at = `deblur ${side} ${step} ${what} ${method} ${name}`;
        const row = `${method} | ${what}`;
        rows.set(row, [...(rows.get(row) ?? []), await log.take(at, make)]);
      };
      await note('blurred, sigma 15', () => score(degraded, clean));
      for (const [method, own] of methods) {
        const parameters = { ...own, step: Math.max(step, own.step) };
        await note(method, async () => {
          return score(await deblurOn({ pool }, degraded, { kernel, sigma, parameters }), clean);
        });
      }
    }
  }
  const names = BLURS.map(([name]) => name);
  say(`| method | ${names.join(' | ')} |\n|---|${names.map(() => '---|').join('')}`);
  for (const method of ['blurred, sigma 15', ...methods.map(([name]) => name)]) {
    const cells = names.map((name) => cell(rows.get(`${method} | ${name}`) ?? []));
    say(`| ${method} | ${cells.join(' | ')} |`);
  }
  say(`${cases.length} pictures`);
}
