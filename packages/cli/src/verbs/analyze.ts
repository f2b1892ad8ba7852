/** `analyze MODEL PICTURE -o FOLDER`: HyRA of a super-resolution network. */

import type { Command } from 'commander';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { choice, integer } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { table } from '../table.js';
import { UsageError } from '../usage-error.js';

const MODES = ['published', 'convolution'] as const;
const ZERO_RESPONSES = ['kept', 'removed'] as const;
const POSITIONS = ['centre', 'averaged'] as const;

interface AnalyzeFlags extends RunFlags {
  readonly output?: string;
  readonly mode?: (typeof MODES)[number];
  readonly zeroResponse?: (typeof ZERO_RESPONSES)[number];
  readonly positions?: (typeof POSITIONS)[number];
  readonly side?: number;
  readonly overwrite?: true;
}

export function register(program: Command): Command {
  const command = program
    .command('analyze')
    .description(
      'HyRA: what a super-resolution network does to frequencies. Probes it with one bright pixel,\n' +
        'splits its answer to a picture into a linear part and the rest, and writes both with\n' +
        'their spectra as PNG files.',
    )
    .argument('<model>', 'weights of EDSR, RCAN or SwinIR: .safetensors or .pth')
    .argument('<picture>', 'the small picture that it is given')
    .option('-o, --output <folder>', 'where the pictures go')
    .option(
      '--mode <which>',
      'published (default), or convolution: superposition at the size of the output',
      choice('--mode', MODES),
    )
    .option(
      '--zero-response <which>',
      'the answer to darkness: kept (default) or removed',
      choice('--zero-response', ZERO_RESPONSES),
    )
    .option(
      '--positions <which>',
      'the bright pixel: centre (default), or averaged over the nine there',
      choice('--positions', POSITIONS),
    )
    .option('--side <pixels>', 'side of the probe (default: 11)', integer('--side', [3, 256]))
    .option('--overwrite', 'write into a folder that holds something')
    .action(analyzeVerb);
  return withExample(
    withRunFlags(command),
    'bandweave analyze edsr_x4.pth small.png -o edsr',
    'bandweave analyze swinir.safetensors small.png -o swinir --mode convolution --zero-response removed',
  );
}

async function analyzeVerb(model: string, picture: string, flags: AnalyzeFlags): Promise<void> {
  const output = required(flags.output, { verb: 'analyze', option: '-o, --output <folder>' });
  await checkFolder(output, flags.overwrite ?? false);
  const { analyzeToFolder } = await import('../analyze/run.js');
  const result = await run(flags, ({ onProgress }) =>
    analyzeToFolder({ model, picture, output }, { ...flags, onProgress }),
  );
  if (flags.json) {
    printJson(result);
    return;
  }
  const { energyInBox, sinc, gain } = result;
  const rows = Object.entries(energyInBox).map(([part, share]) => [part, share] as const);
  print(`${result.name} x${result.scale}: ${(100 * result.residualShare).toFixed(2)} % not linear`);
  print(table(['part', 'energy below the low-resolution Nyquist'], rows));
  print(
    table(
      ['band', 'likeness to a sinc', 'gain'],
      sinc.map((fit, k) => [String(k + 1), fit.correlation, gain[k] ?? Number.NaN]),
    ),
  );
  print(`${output}: ${result.files.join(', ')}`);
}

async function checkFolder(path: string, overwrite: boolean): Promise<void> {
  const { readdir } = await import('node:fs/promises');
  const there = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(
      `bandweave analyze: expected ${path} to be a folder, got ${error.code}; name another.`,
    );
  });
  if (there.length > 0 && !overwrite) {
    throw new UsageError(
      `bandweave analyze: expected ${path} to be empty, got ${there.length} files; name another folder or add --overwrite.`,
    );
  }
}
