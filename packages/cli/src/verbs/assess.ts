/** `assess FUSED (--reference REF | --pan P --ms M)`: quality indices as a table or JSON. */

import type { AssessAgainst, AssessResult } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { choice, integer } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

/** As the package of indices lists them; it is not loaded for the help. */
const CONVENTIONS = ['toolbox', 'torchmetrics', 'sewar'] as const;

interface AssessFlags extends RunFlags {
  readonly reference?: string;
  readonly pan?: string;
  readonly ms?: readonly string[];
  readonly ratio?: number;
  readonly sensor?: string;
  readonly bitDepth?: number;
  readonly maps?: string;
  readonly byBand?: true;
  readonly points?: readonly (readonly [number, number])[];
  readonly report?: string;
  readonly convention?: (typeof CONVENTIONS)[number];
}

export function register(program: Command): Command {
  const command = program
    .command('assess')
    .description('Quality indices of a fused image: against a reference, or against its pair.')
    .argument('<fused>', 'the fused image')
    .option(
      '--reference <file>',
      'the truth on the same grid: Q2n, SAM, ERGAS, SCC, PSNR, SSIM, ...',
    )
    .option('--pan <file>', 'with --ms: D_lambda, D_s, QNR, D_lambda_K, HQNR')
    .option('--ms <files...>', 'the spectral inputs, one file or several')
    .option('--ratio <n>', 'MS pixel over PAN pixel (default: found)', integer('--ratio', [2, 64]))
    .option('--sensor <name>', 'whose MTF D_lambda_K takes (default: generic)')
    .option(
      '--bit-depth <bits>',
      'peak of PSNR and SSIM (default: from the reference)',
      integer('--bit-depth', [1, 32]),
    )
    .option(
      '--convention <name>',
      `whose rules the indices follow: ${CONVENTIONS.join(', ')} (default: toolbox)`,
      choice('--convention', CONVENTIONS),
    )
    .option('--by-band', 'with --reference: RMSE, PSNR, SSIM and CC of each band, too')
    .option(
      '--points <list>',
      'with --reference: pixels whose spectra are wanted, row,column from 0: 10,20 31,7',
      pointList,
    )
    .option('--report <file>', 'with --reference: an HTML page of error curves and spectra')
    .option(
      '--maps <folder>',
      'writes sam.tif, error.tif and q.tif: against the reference, or the enlarged MS',
    )
    .action(assessVerb);
  return withExample(
    withRunFlags(command),
    'bandweave assess sharp.tif --pan pan.tif --ms ms.tif --sensor worldview-3',
    'bandweave assess sharp.tif --reference truth.tif --json',
    "bandweave assess cube.tif --reference truth.tif --report cube.html --points '10,20 31,7'",
  );
}

async function assessVerb(fused: string, flags: AssessFlags): Promise<void> {
  const { json, quiet, reference, pan, ms, report, byBand, ...options } = flags;
  const against = whatAgainst(flags);
  const asked = Object.entries({ 'by-band': byBand, points: flags.points, report }).find(
    ([, value]) => value !== undefined,
  );
  if (asked && reference === undefined) {
    throw new UsageError(
      `bandweave assess: expected --reference beside --${asked[0]}, got none; leave it out.`,
    );
  }
  const bands = byBand || report !== undefined ? { byBand: true } : {};
  const { assess } = await import('@bandweave/pipeline');
  const result = await run(flags, (context) =>
    assess(fused, against, { ...options, ...bands, ...context }),
  );
  if (report !== undefined) {
    const { bandReport } = await import('../reports/bands.js');
    await bandReport(fused, reference!, { result, path: report });
  }
  if (json) printJson(result);
  else await printTable(result);
}

/** Pairs of whole numbers: 10,20 31,7. */
function pointList(text: string): (readonly [number, number])[] {
  return text
    .trim()
    .split(/[\s;]+/)
    .map((pair) => {
      const [, row, col] = /^(\d{1,7}),(\d{1,7})$/.exec(pair) ?? [];
      if (row !== undefined && col !== undefined) return [Number(row), Number(col)] as const;
      throw new UsageError(
        `bandweave assess: expected --points as row,column pairs such as '10,20 31,7', got '${text}'.`,
      );
    });
}

function whatAgainst({ reference, pan, ms }: AssessFlags): AssessAgainst {
  const pair = pan !== undefined && ms !== undefined;
  if (reference !== undefined && pan === undefined && ms === undefined) return { reference };
  if (pair && reference === undefined) return { pan, ms };
  const given = Object.entries({ reference, pan, ms })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name}`);
  throw new UsageError(
    `bandweave assess: expected --reference FILE, or --pan FILE with --ms FILE, got ${given.join(' ') || 'neither'}; see bandweave assess --help.`,
  );
}

async function printTable(result: AssessResult): Promise<void> {
  const { indexInfo } = await import('@bandweave/metrics');
  const rows = Object.entries(result.indices).map(([key, value]) => {
    const {
      title = key,
      unit = '',
      best = '',
      direction,
    } = indexInfo(key, result.convention) ?? {};
    const wanted = Number.isFinite(best) ? `best ${best}` : `${direction} is better`;
    return [title, value, unit, wanted];
  });
  print(table(['index', 'value', 'unit', 'reading'], rows));
  if (result.byBand) {
    const { rmse, psnr, ssim, cc } = result.byBand;
    const lines = rmse.map((value, k) => [String(k + 1), value, psnr[k]!, ssim[k]!, cc[k]!]);
    print(`\n${table(['band', 'RMSE', 'PSNR', 'SSIM', 'CC'], lines)}`);
  }
  const { pixels, ratio, windows, sensor } = result;
  const parts = [`${pixels} pixels`, `ratio ${ratio}`];
  if (sensor !== undefined) parts.push(`MTF of ${sensor}`);
  if (result.convention !== 'toolbox') parts.push(`by the rules of ${result.convention}`);
  if (windows > 1) parts.push(`means over ${windows} windows`);
  print(`\n${parts.join(', ')}`);
  if (result.maps) print(`maps: ${result.maps.join(', ')}`);
}
