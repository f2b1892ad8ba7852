/** `analyze MODEL PICTURE [MS] -o FOLDER`: HyRA of an enlarger, or of a fusion method on a pair. */

import type { Command } from 'commander';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { choice, integer, number } from '../options/values.js';
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
  readonly answer?: string;
  readonly scale?: number;
  readonly fullRange?: number;
  readonly weights?: string;
  readonly bitDepth?: number;
  readonly part?: number;
  readonly report?: true;
  readonly overwrite?: true;
}

export function register(program: Command): Command {
  const command = program
    .command('analyze')
    .description(
      'HyRA: what a network does to frequencies. Probes it with one bright pixel, splits its answer\n' +
        'into a linear part and the rest, and writes both with their spectra as PNG and SVG files.\n' +
        'A fusion method takes a PAN and a MS file, and is split into what comes from either.',
    )
    .argument(
      '<model>',
      'weights of EDSR, RCAN or SwinIR, any ONNX file from image to image, bicubic, lanczos, edsr,\n' +
        'swinir, a picture of an impulse response (--answer), or a fusion method (with MS)',
    )
    .argument('<picture>', 'the small picture that it is given, or PAN')
    .argument('[ms]', 'MS of a fusion method')
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
    .option('--answer <file>', 'the large picture that was made elsewhere')
    .option(
      '--scale <n>',
      'of bicubic, lanczos, edsr, swinir (default: 2)',
      integer('--scale', [2, 8]),
    )
    .option(
      '--full-range <x>',
      'what an ONNX model calls full range (default: 1)',
      number('--full-range'),
    )
    .option('--weights <file>', 'of a fusion network')
    .option(
      '--bit-depth <bits>',
      'a fusion network sees 2^bits - 1 as 1',
      integer('--bit-depth', [1, 32]),
    )
    .option(
      '--part <pixels>',
      'side of the middle of MS that is looked at (default: 32)',
      integer('--part', [8, 512]),
    )
    .option('--report', 'write index.html into the folder')
    .option(
      '--side <pixels>',
      'side of the probe (default: 11; 16 MS pixels)',
      integer('--side', [3, 256]),
    )
    .option('--overwrite', 'write into a folder that holds something')
    .action(analyzeVerb);
  return withExample(
    withRunFlags(command),
    'bandweave analyze edsr_x4.pth small.png -o edsr',
    'bandweave analyze swinir.safetensors small.png -o swinir --mode convolution --zero-response removed',
    'bandweave analyze model.onnx small.png -o onnx --report',
    'bandweave analyze response.png small.png --answer large.png -o elsewhere',
    'bandweave analyze rescnn pan.tif ms.tif -o rescnn --report',
  );
}

async function analyzeVerb(
  model: string,
  picture: string,
  ms: string | undefined,
  flags: AnalyzeFlags,
): Promise<void> {
  const output = required(flags.output, { verb: 'analyze', option: '-o, --output <folder>' });
  await checkFolder(output, flags.overwrite ?? false);
  if (ms !== undefined) return analyzePair({ method: model, pan: picture, ms, output }, flags);
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

async function analyzePair(
  given: { method: string; pan: string; ms: string; output: string },
  flags: AnalyzeFlags,
): Promise<void> {
  const { analyzePairToFolder } = await import('../analyze/pair.js');
  const { weights, bitDepth, part, side, report } = flags;
  const options = { weights, bitDepth, part, side, report };
  const own = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const result = await run(flags, (context) => analyzePairToFolder(given, { ...own, ...context }));
  if (flags.json) {
    printJson(result);
    return;
  }
  const rows = result.bands.map(({ low, high }, k) => [
    String(k + 1),
    ...[low.pan, low.ms, low.residual, high.pan, high.ms, high.residual],
    result.residualShare[k] ?? Number.NaN,
  ]);
  const head = [
    'band',
    'low PAN',
    'low MS',
    'low rest',
    'high PAN',
    'high MS',
    'high rest',
    'residual',
  ];
  print(
    `${result.method}, ratio ${result.ratio}: where frequencies below and above MS's Nyquist come from`,
  );
  print(table(head, rows));
  print(`${given.output}: ${result.files.join(', ')}`);
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
