/** `deblur IMG --kernel KERNEL -o OUT`: quaternion ADMM with the low-rank prior on a file. */

import type { DeblurFileOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type RestoreFlags, restoreOptions, withRestoreFlags } from '../options/restore.js';
import { required, withExample, withRunFlags } from '../options/run.js';
import { choice } from '../options/values.js';
import { printRestored } from '../reports/restore.js';
import { run } from '../run.js';

const METHODS = ['qwsnm', 'qwnnm'] as const;
const SCHEDULES = ['tuned', 'released', 'continuation'] as const;
const BORDERS = ['taper', 'circular'] as const;

interface DeblurFlags extends RestoreFlags {
  readonly kernel?: string;
  readonly method?: (typeof METHODS)[number];
  readonly schedule?: (typeof SCHEDULES)[number];
  readonly border?: (typeof BORDERS)[number];
}

export function register(program: Command): Command {
  const command = program
    .command('deblur')
    .description(
      'Sharpens a picture whose blur is known, by the quaternion alternating direction method\n' +
        'with weighted Schatten p-norm minimisation (QWSNM).',
    )
    .argument('<image>', 'a GeoTIFF, TIFF, PNG or JPEG of 8 or 16 bits')
    .option(
      '--kernel <kernel>',
      'motion:LENGTH,ANGLE, gaussian:SIZE,SIGMA, average:SIZE, disk:RADIUS or a picture of it',
    )
    .option(
      '-m, --method <name>',
      `${METHODS.join(', ')} (default: qwsnm)`,
      choice('--method', METHODS),
    )
    .option(
      '--schedule <name>',
      'tuned (default), released: the fixed penalty of the demo, continuation: grown to convergence',
      choice('--schedule', SCHEDULES),
    )
    .option(
      '--border <which>',
      'taper (default) for photographs, circular where the blur wraps round',
      choice('--border', BORDERS),
    )
    .action(deblurVerb);
  return withExample(
    withRunFlags(withRestoreFlags(command)),
    'bandweave deblur photo.jpg --kernel motion:20,60 -o sharp.png',
    'bandweave deblur scene.tif --kernel gaussian:25,1.6 --sigma 2 -o sharp.tif --report',
  );
}

async function deblurVerb(image: string, flags: DeblurFlags): Promise<void> {
  const output = required(flags.output, { verb: 'deblur', option: '-o, --output <file>' });
  const kernel = required(flags.kernel, { verb: 'deblur', option: '--kernel <kernel>' });
  const { deblurFile } = await import('@bandweave/pipeline');
  const { method, schedule, border } = flags;
  const own: DeblurFileOptions = {
    ...restoreOptions(flags),
    kernel,
    ...(method ? { method } : {}),
    ...(schedule ? { schedule } : {}),
    ...(border ? { border } : {}),
  };
  const outcome = await run(flags, async (context) => {
    const result = await deblurFile(image, output, { ...own, ...context });
    if (flags.report === undefined) return { result };
    const { restoreReport } = await import('../reports/restore.js');
    return { result, report: await restoreReport(image, result, flags.report) };
  });
  printRestored(outcome, flags);
}
