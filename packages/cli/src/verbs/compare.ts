/** `compare PAN MS [MS...]`: many methods, both protocols, one table and a report. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComparePair, CompareResult, CompareTable } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { choice, integer, memorySize, mistyped, threads } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { UsageError } from '../usage-error.js';

const FORMATS = ['markdown', 'latex', 'csv', 'json'] as const;
const RESOLUTIONS = ['reduced', 'full', 'both'] as const;
const CONVENTIONS = ['toolbox', 'torchmetrics', 'sewar'] as const;

interface CompareFlags extends RunFlags {
  readonly methods?: readonly string[];
  readonly weights?: Readonly<Record<string, string>>;
  readonly resolution: (typeof RESOLUTIONS)[number];
  readonly format?: (typeof FORMATS)[number];
  readonly convention?: (typeof CONVENTIONS)[number];
  readonly output?: string;
  readonly pairs?: true;
  readonly sensor?: string;
  readonly bitDepth?: number;
  readonly crop?: number;
  readonly memory?: number;
  readonly threads?: number;
}

export function register(program: Command): Command {
  const command = program
    .command('compare')
    .description(
      'Fuses a pair with many methods and prints the table that papers print: at reduced\n' +
        "resolution by Wald's protocol, at full resolution, or both. Best bold, second underlined.",
    )
    .argument('<pan>', 'the sharp band')
    .argument('<ms...>', 'the spectral bands: one file or several')
    .option('--pairs', 'the files are PAN MS PAN MS ...: figures are means over the scenes')
    .option('-m, --methods <list>', 'such as gsa,mtf-glp-fs,awlp (default: all classical)', names)
    .option(
      '--weights <name=file>',
      'weights of a network, which is then compared too; may be given again',
      weights,
    )
    .option(
      '--resolution <which>',
      RESOLUTIONS.join(', '),
      choice('--resolution', RESOLUTIONS),
      'both' as const,
    )
    .option(
      '--format <name>',
      `${FORMATS.join(', ')} (default: markdown)`,
      choice('--format', FORMATS),
    )
    .option('-o, --output <folder>', 'keeps all files, tables and reports; a stopped run goes on')
    .option('--sensor <name>', 'whose images they are (default: guessed)')
    .option(
      '--crop <pixels>',
      'the middle of each scene, at most so many PAN pixels on a side',
      integer('--crop', [64, 1 << 20]),
    )
    .option('--bit-depth <bits>', 'peak of PSNR and SSIM', integer('--bit-depth', [1, 32]))
    .option(
      '--convention <name>',
      `whose rules the indices follow: ${CONVENTIONS.join(', ')} (default: toolbox)`,
      choice('--convention', CONVENTIONS),
    )
    .option('--memory <size>', 'what all threads together may hold', memorySize('--memory'))
    .option('--threads <n>', 'worker threads, or ALL_CPUS', threads('--threads'))
    .action(compareVerb);
  return withExample(
    withRunFlags(command),
    'bandweave compare pan.tif ms.tif',
    'bandweave compare pan.tif ms.tif -m exp,gsa,mtf-glp-fs --format latex -o compared',
    'bandweave compare a/pan.tif a/ms.tif b/pan.tif b/ms.tif --pairs --resolution reduced',
    'bandweave compare pan.tif ms.tif --weights fusionnet=wv3.pth --sensor worldview-3',
  );
}

function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.every((name) => name !== '')) return list;
  throw mistyped('--methods', 'names with commas between them', text, 'for example gsa,mtf-glp-fs');
}

function weights(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name && file) return { ...before, [name]: file };
  throw mistyped('--weights', 'NAME=FILE', text, 'for example --weights fusionnet=wv3.pth');
}

async function compareVerb(pan: string, ms: readonly string[], flags: CompareFlags): Promise<void> {
  const { json, quiet, output, format, resolution, pairs, ...options } = flags;
  const wanted = pairsOf([pan, ...ms], pairs === true);
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError(
      `--format: expected json with --json, got '${format}'; leave one of them out.`,
    );
  }
  const { compare, compareTables, formatTables } = await import('@bandweave/pipeline');
  const { result, tables, reports } = await run(flags, (context) =>
    compare(wanted, {
      ...options,
      ...context,
      resolutions: resolution === 'both' ? ['reduced', 'full'] : [resolution],
      ...(output === undefined ? {} : { folder: output }),
      use: async (result) => {
        const tables = compareTables(result);
        if (output === undefined) return { result, tables, reports: [] };
        await writeTables(output, { result, tables });
        const { compareReports } = await import('../reports/compare.js');
        return {
          result,
          tables,
          reports: await compareReports({ result, tables }, output, context),
        };
      },
    }),
  );
  if (json || format === 'json') {
    printJson({ ...publicResult(result, output), tables: tables.map(plainTable), reports });
    return;
  }
  print(formatTables(tables, format ?? 'markdown'));
  if (reports.length > 0 && format === undefined) {
    print(`\nreports: ${reports.join(', ')}`);
  }
}

function pairsOf(files: readonly string[], several: boolean): ComparePair[] {
  if (!several) return [{ pan: files[0]!, ms: files.slice(1) }];
  if (files.length % 2 === 0) {
    return files.flatMap((pan, i) => (i % 2 === 0 ? [{ pan, ms: [files[i + 1]!] }] : []));
  }
  throw new UsageError(
    `--pairs: expected PAN MS PAN MS ..., got ${files.length} files; name one MS file with each PAN.`,
  );
}

async function writeTables(
  folder: string,
  { result, tables }: { result: CompareResult; tables: readonly CompareTable[] },
): Promise<void> {
  const { formatTables } = await import('@bandweave/pipeline');
  await mkdir(folder, { recursive: true });
  const files = { 'table.md': 'markdown', 'table.tex': 'latex', 'table.csv': 'csv' } as const;
  for (const [name, format] of Object.entries(files)) {
    await writeFile(join(folder, name), `${formatTables(tables, format)}\n`);
  }
  const scenes = publicResult(result, folder);
  await writeFile(join(folder, 'table.json'), `${JSON.stringify(scenes, null, 1)}\n`);
}

/** Without paths of files that are gone by now. */
function publicResult(result: CompareResult, folder: string | undefined) {
  if (folder !== undefined) return result;
  const scenes = result.scenes.map(({ pan, ms, reference, scores, ...scene }) => ({
    ...scene,
    scores: scores.map(({ output, ...score }) => score),
  }));
  return { ...result, scenes };
}

const plainTable = ({ columns, ...table }: CompareTable) => ({
  ...table,
  columns: columns.map(({ key, title, unit, direction, best }) => ({
    key,
    title,
    unit,
    direction,
    best,
  })),
});
