/**
 * `simulate PAN MS -o DIR` and `simulate MS -o DIR`: reduced-resolution pairs by Wald's protocol;
 * `simulate FOLDER... -o DIR`: a training set.
 */

import { statSync } from 'node:fs';
import type { SimulateResult } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { COMPRESSIONS, type OutputFlags } from '../options/output.js';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { choice, integer } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';

interface SimulateFlags extends RunFlags, Pick<OutputFlags, 'compress' | 'overwrite'> {
  readonly output?: string;
  readonly sensor?: string;
  readonly ratio?: number;
  readonly response?: string;
  readonly wavelengths?: string;
}

export function register(program: Command): Command {
  const command = program
    .command('simulate')
    .description(
      "Makes a reduced-resolution pair with its reference, by Wald's protocol:\n" +
        'pan.tif, ms.tif and reference.tif in a folder. Without a PAN one is made of the bands.\n' +
        'Folders of pairs give a training set: a folder for each pair.',
    )
    .argument('<files...>', 'PAN MS [MS...], one MS, or folders of pairs')
    .option('-o, --output <folder>', 'where the three files go')
    .option('--sensor <name>', 'whose MTF blurs MS (default: generic)')
    .option(
      '--ratio <n>',
      'how much coarser (default: that of the pair)',
      integer('--ratio', [2, 64]),
    )
    .option(
      '--response <which>',
      "of a cube alone: make the sharp bands as a sensor or a file of responses sees the cube's",
    )
    .option('--wavelengths <file>', "the cube's in nm, where it does not state them")
    .option(
      '--compress <name>',
      `compression of the files: ${COMPRESSIONS.join(', ')} (default: deflate)`,
      choice('--compress', COMPRESSIONS),
    )
    .option('--overwrite', 'replace the files where they exist')
    .action(simulateVerb);
  return withExample(
    withRunFlags(command),
    'bandweave simulate pan.tif ms.tif -o reduced --sensor worldview-3',
    'bandweave simulate ms.tif -o reduced --ratio 4',
    'bandweave simulate cube.hdr -o reduced --ratio 4 --response ikonos',
    'bandweave simulate scenes more-scenes -o training-set',
  );
}

async function simulateVerb(files: readonly string[], flags: SimulateFlags): Promise<void> {
  const { json, quiet, output: _, ...options } = flags;
  const output = required(flags.output, { verb: 'simulate', option: '-o, --output <folder>' });
  const folders = files.filter((file) => statSync(file, { throwIfNoEntry: false })?.isDirectory());
  if (folders.length > 0 && folders.length === files.length) {
    const { simulateSet } = await import('@bandweave/pipeline/training');
    const results = await run(flags, (context) =>
      simulateSet(folders, output, { ...options, ...context }),
    );
    if (json) printJson(results);
    else for (const result of results) printPair(result);
    return;
  }
  const { simulate } = await import('@bandweave/pipeline');
  const [first, ...others] = files;
  const inputs = others.length === 0 ? { ms: first! } : { pan: first!, ms: others };
  const result = await run(flags, (context) =>
    simulate(inputs, output, { ...options, ...context }),
  );
  if (json) printJson(result);
  else printPair(result);
}

function printPair(result: SimulateResult): void {
  const { pan, ms, reference, width, height, bands, ratio, sensor } = result;
  print(`${pan}: ${width} x ${height} pixels`);
  print(
    `${ms}: ${width / ratio} x ${height / ratio} pixels, ${bands} bands, by the MTF of ${sensor}`,
  );
  print(`${reference}: ${width} x ${height} pixels, ${bands} bands`);
}
