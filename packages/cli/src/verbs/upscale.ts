/** `upscale IMG -o OUT`: super-resolution of a file. */

import type { UpscaleOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type OutputFlags, withOutputFlags } from '../options/output.js';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { choice, integer, memorySize } from '../options/values.js';
import { printUpscaled } from '../reports/upscale.js';
import { run } from '../run.js';

const METHODS = ['edsr', 'swinir', 'rcan', 'bicubic', 'lanczos'] as const;

interface UpscaleFlags extends RunFlags, OutputFlags {
  readonly output?: string;
  readonly method?: (typeof METHODS)[number];
  readonly scale?: number;
  readonly weights?: string;
  readonly tile?: number;
  readonly memory?: number;
  /** A path, or true for one beside the output. */
  readonly report?: string | true;
}

export function register(program: Command): Command {
  const command = program
    .command('upscale')
    .description(
      'Enlarges a picture or scene. Networks for 2, 3 and 4 times ship, trained on free pictures.\n' +
        'Colour bands go by threes, fewer than three as grey; alpha goes by bicubic, georeference\n' +
        'and empty pixels stay in their places.',
    )
    .argument('<image>', 'a GeoTIFF, TIFF, PNG or JPEG')
    .option('-o, --output <file>', 'a .tif, .png or .jpg to write')
    .option(
      '-s, --scale <n>',
      'times larger on each side (default: that of the weights, else 2)',
      integer('--scale', [2, 16]),
    )
    .option(
      '-m, --method <name>',
      `${METHODS.join(', ')} (default: edsr)`,
      choice('--method', METHODS),
    )
    .option('--weights <file>', 'of EDSR, RCAN or SwinIR: .safetensors or .pth')
    .option(
      '--tile <pixels>',
      'side of the windows that a network sees, in input pixels (default: 192)',
      integer('--tile', [32, 8192]),
    )
    .option('--memory <size>', 'what may be held: 512m, 1g', memorySize('--memory'))
    .option('--report [file]', 'write an HTML page: split view against bicubic, and what was added')
    .action(upscaleVerb);
  return withExample(
    withRunFlags(withOutputFlags(command)),
    'bandweave upscale photo.jpg -o large.png --scale 4',
    'bandweave upscale scene.tif -o large.tif --scale 2 --method swinir --report',
    'bandweave upscale photo.png -o large.png --weights edsr_baseline_x3.pth',
  );
}

async function upscaleVerb(image: string, flags: UpscaleFlags): Promise<void> {
  const output = required(flags.output, { verb: 'upscale', option: '-o, --output <file>' });
  const { upscaleFile } = await import('@bandweave/pipeline');
  const { json: _, quiet: __, report, output: ___, ...given } = flags;
  const own = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as UpscaleOptions;
  const outcome = await run(flags, async (context) => {
    const result = await upscaleFile(image, output, { ...own, ...context });
    if (report === undefined) return { result };
    const { upscaleReport } = await import('../reports/upscale.js');
    return { result, report: await upscaleReport(image, result, report) };
  });
  printUpscaled(outcome, flags);
}
