/** `adapt METHOD PAN MS -o WEIGHTS`: fine-tunes a network on the scene itself. */

import type { Command } from 'commander';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { integer, number } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';

interface AdaptFlags extends RunFlags {
  readonly output?: string;
  readonly weights?: string;
  readonly minutes?: number;
  readonly consistency?: number;
  readonly sensor?: string;
  readonly bitDepth?: number;
  readonly overwrite?: true;
  readonly seed?: number;
  readonly lr?: number;
  readonly batch?: number;
  readonly patch?: number;
  readonly threads?: number;
  readonly holdBack?: number;
  readonly patience?: number;
}

export function register(program: Command): Command {
  const command = program
    .command('adapt')
    .description(
      'Fine-tunes a network on the scene that it is to sharpen, for some minutes, and writes\n' +
        'weights for it: never worse on parts held back than those it began with.',
    )
    .argument('<method>', 'the network; bandweave methods lists them')
    .argument('<pan>', 'the sharp band')
    .argument('<ms>', 'the spectral bands')
    .option('-o, --output <file>', 'the weights to write: a .safetensors file')
    .option('--weights <file>', 'weights to begin with (default: those that ship, else anew)')
    .option('--minutes <m>', 'how long at most (default: 10)', number('--minutes'))
    .option(
      '--consistency <w>',
      'weight of the full-resolution term, 0 for none (default: 0.3)',
      number('--consistency'),
    )
    .option('--sensor <name>', 'whose MTF blurs MS (default: guessed)')
    .option(
      '--bit-depth <bits>',
      'samples are divided by 2^bits - 1',
      integer('--bit-depth', [1, 32]),
    )
    .option('--seed <n>', 'of patches and variations', integer('--seed', [0, 2 ** 31]))
    .option('--lr <rate>', 'learning rate', number('--lr'))
    .option('--batch <n>', 'patches a batch', integer('--batch', [1, 4096]))
    .option('--patch <pixels>', 'side of patches in PAN pixels', integer('--patch', [8, 1024]))
    .option('--hold-back <share>', 'of the scene (default: 0.2)', number('--hold-back'))
    .option(
      '--patience <n>',
      'validations without a better one before it stops (default: 5)',
      integer('--patience', [0, 1e6]),
    )
    .option('--threads <n>', 'of one step', integer('--threads', [0, 256]))
    .option('--overwrite', 'replace the weights where they exist')
    .action(adaptVerb);
  return withExample(
    withRunFlags(command),
    'bandweave adapt rescnn pan.tif ms.tif -o mine.safetensors --minutes 5',
    'bandweave fuse pan.tif ms.tif -o sharp.tif --method rescnn --weights mine.safetensors',
  );
}

async function adaptVerb(
  method: string,
  pan: string,
  ms: string,
  flags: AdaptFlags,
): Promise<void> {
  const output = required(flags.output, { verb: 'adapt', option: '-o, --output <file>' });
  const {
    json,
    quiet,
    output: _,
    weights,
    minutes,
    consistency,
    sensor,
    bitDepth,
    ...rest
  } = flags;
  const { overwrite, ...changes } = rest;
  const given = { weights, minutes, consistency, sensor, bitDepth, overwrite };
  const { adaptNetwork } = await import('@bandweave/pipeline/training');
  const result = await run(flags, (context) =>
    adaptNetwork(method, { pan, ms }, output, {
      ...context,
      ...(Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) as {
        readonly weights?: string;
      }),
      changes,
    }),
  );
  if (json) {
    printJson(result);
    return;
  }
  const line = (name: string, { q2n, sam, ergas }: typeof result.before) =>
    `held back, ${name}: Q2n ${q2n.toFixed(4)}, SAM ${sam.toFixed(3)}, ERGAS ${ergas.toFixed(3)}`;
  print(`${output}: ${method}, ${result.steps} steps in ${Math.round(result.seconds)} s`);
  print(line('before', result.before));
  print(line('after', result.after));
}
