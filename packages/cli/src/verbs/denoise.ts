/** `denoise IMG -o OUT`: QWSNM and its sisters on a file. */

import type { DenoiseFileOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type RestoreFlags, restoreOptions, withRestoreFlags } from '../options/restore.js';
import { required, withExample, withRunFlags } from '../options/run.js';
import { choice } from '../options/values.js';
import { printRestored } from '../reports/restore.js';
import { run } from '../run.js';

const METHODS = ['qwsnm', 'qwnnm', 'wsnm', 'wnnm'] as const;
const PRESETS = ['draft', 'fast', 'tuned', 'released'] as const;

interface DenoiseFlags extends RestoreFlags {
  readonly method?: (typeof METHODS)[number];
  readonly preset?: (typeof PRESETS)[number];
}

export function register(program: Command): Command {
  const command = program
    .command('denoise')
    .description(
      'Takes the noise off: groups of similar colour patches are brought to low rank by weighted\n' +
        'Schatten p-norm minimisation (QWSNM). Bands go by threes; alpha, EXIF and georeference stay.',
    )
    .argument('<image>', 'a GeoTIFF, TIFF, PNG or JPEG of 8 or 16 bits')
    .option(
      '-m, --method <name>',
      `${METHODS.join(', ')} (default: qwsnm; the last two take one band at a time)`,
      choice('--method', METHODS),
    )
    .option(
      '--preset <name>',
      'fast (default), draft: 3 times as fast, tuned: every key patch, or released: as published',
      choice('--preset', PRESETS),
    )
    .action(denoiseVerb);
  return withExample(
    withRunFlags(withRestoreFlags(command)),
    'bandweave denoise photo.jpg -o clean.png',
    'bandweave denoise scene.tif -o clean.tif --sigma 12 --memory 1g --report',
  );
}

async function denoiseVerb(image: string, flags: DenoiseFlags): Promise<void> {
  const output = required(flags.output, { verb: 'denoise', option: '-o, --output <file>' });
  const { denoiseFile } = await import('@bandweave/pipeline');
  const { method, preset } = flags;
  const own: DenoiseFileOptions = {
    ...restoreOptions(flags),
    ...(method ? { method } : {}),
    ...(preset ? { preset } : {}),
  };
  const outcome = await run(flags, async (context) => {
    const result = await denoiseFile(image, output, { ...own, ...context });
    if (flags.report === undefined) return { result };
    const { restoreReport } = await import('../reports/restore.js');
    return { result, report: await restoreReport(image, result, flags.report) };
  });
  printRestored(outcome, flags);
}
