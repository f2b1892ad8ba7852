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

export interface TableOptions {
  readonly side: number;
  /** Pictures of each set. */
  readonly most: number;
  /** Key patches of every method lie at least so far apart: 1 leaves the published step. */
  readonly step: number;
  readonly sigmas: readonly number[];
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
];

const score = (estimate: Picture, clean: Picture) =>
  [psnr(estimate, clean, { bits: 8 }), ssim(estimate, clean, { bits: 8 })] as const;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const cell = (scores: readonly (readonly [number, number])[]) =>
  scores.length === 0
    ? 'peer missing'
    : `${mean(scores.map(([p]) => p)).toFixed(2)} / ${mean(scores.map(([, s]) => s)).toFixed(3)}`;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** One row a method, one column a set, mean over its pictures. */
export async function denoiseTable(pool: PassPool, options: TableOptions): Promise<void> {
  const { side, most, step, sigmas } = options;
  say(`| sigma | method | ${SETS.join(' | ')} |\n|---|---|${SETS.map(() => '---|').join('')}`);
  for (const sigma of sigmas) {
    const cases = await Promise.all(
      SETS.map(async (set, s) =>
        Promise.all(
          picturesOf(set, most).map(async (name, i) => {
            const clean = await middle(name, side);
            return { clean, noisy: withNoise(clean, sigma, 1000 * s + i + 1) };
          }),
        ),
      ),
    );
    const row = (name: string, cells: readonly string[]) =>
      say(`| ${sigma} | ${name} | ${cells.join(' | ')} |`);
    row(
      'noisy',
      cases.map((set) => cell(set.map(({ clean, noisy }) => score(noisy, clean)))),
    );
    for (const peer of ['bilateral', 'nlm']) {
      const cells = cases.map((set) => cell(peerScores(peer, set, { side, sigma })));
      row(peer === 'nlm' ? 'scikit-image non-local means' : 'scikit-image bilateral', cells);
    }
    for (const [name, parametersFor] of METHODS) {
      const published = parametersFor(sigma);
      const parameters = { ...published, step: Math.max(step, published.step) };
      const cells: string[] = [];
      for (const set of cases) {
        const scores: (readonly [number, number])[] = [];
        for (const { clean, noisy } of set) {
          scores.push(score(await denoiseOn({ pool }, noisy, { sigma, parameters }), clean));
        }
        cells.push(cell(scores));
      }
      row(name, cells);
    }
  }
}

function peerScores(
  peer: string,
  cases: readonly { readonly clean: Picture; readonly noisy: Picture }[],
  { side, sigma }: { readonly side: number; readonly sigma: number },
): (readonly [number, number])[] {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-peer-'));
  try {
    cases.forEach(({ noisy }, i) => {
      writeFileSync(join(folder, `${i}.f64`), new Uint8Array(noisy.data.buffer));
    });
    const ran = spawnSync(PYTHON, [PEER, folder, String(side), String(sigma)]);
    if (ran.status !== 0) return [];
    return cases.map(({ clean }, i) => {
      const bytes = readFileSync(join(folder, `${i}.${peer}`));
      const data = new Float64Array(new Uint8Array(bytes).buffer);
      return score({ ...clean, data }, clean);
    });
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
  { side, most, step }: TableOptions,
): Promise<void> {
  const sigma = 15;
  const methods: readonly (readonly [string, DeblurParameters])[] = [
    ['QWNNM released', publishedDeblur('qwnnm', sigma)],
    ['QWSNM released', publishedDeblur('qwsnm', sigma)],
    ['QWSNM tuned', tunedDeblur('qwsnm', sigma)],
  ];
  say(
    `| method | ${BLURS.map(([name]) => name).join(' | ')} |\n|---|${BLURS.map(() => '---|').join('')}`,
  );
  const names = SETS.flatMap((set) => picturesOf(set, most));
  const cleans = await Promise.all(names.map((name) => middle(name, side)));
  const cases = BLURS.map(([, kernel]) => ({
    kernel,
    pairs: cleans.map((clean, i) => ({
      clean,
      degraded: withNoise(blur(clean, kernel), sigma, 77 + i),
    })),
  }));
  const first = cases.map(({ pairs }) => cell(pairs.map((p) => score(p.degraded, p.clean))));
  say(`| blurred, sigma ${sigma} | ${first.join(' | ')} |`);
  for (const [name, own] of methods) {
    const parameters = { ...own, step: Math.max(step, own.step) };
    const cells: string[] = [];
    for (const { kernel, pairs } of cases) {
      const scores: (readonly [number, number])[] = [];
      for (const { clean, degraded } of pairs) {
        const out = await deblurOn({ pool }, degraded, { kernel, sigma, parameters });
        scores.push(score(out, clean));
      }
      cells.push(cell(scores));
    }
    say(`| ${name} | ${cells.join(' | ')} |`);
  }
}
