/** The options of `train` and what they become: every key of a recipe has one. */

import type { Command } from 'commander';
import { type RunFlags, withRunFlags } from './run.js';
import { bandList, choice, integer, mistyped, number, numbers, type Reader } from './values.js';

export interface TrainFlags extends RunFlags {
  readonly data?: readonly string[];
  readonly validation?: readonly string[];
  readonly output?: string;
  readonly recipe?: string;
  readonly from?: string;
  readonly resume?: true;
  readonly overwrite?: true;
  readonly sensor?: string;
  readonly ratio?: number;
  readonly bands?: readonly number[];
  readonly bitDepth?: number;
  /** Recipe keys; the recipe's own check says what is wrong with them. */
  readonly [key: string]: unknown;
}

/** What the flags hold besides the recipe. */
const NOT_RECIPE = new Set([
  'data',
  'validation',
  'output',
  'recipe',
  'from',
  'resume',
  'overwrite',
  'sensor',
  'ratio',
  'bands',
  'bitDepth',
  'json',
  'quiet',
]);

export function withTrainFlags(command: Command): Command {
  command
    .option('-o, --output <file>', 'the weights to write: a .safetensors file')
    .option(
      '--data <paths...>',
      'folders with pan.tif and ms.tif, sets of simulate, or files PAN MS [PAN MS ...]',
    )
    .option('--validation <paths...>', 'the same, to validate on (default: parts of the data)')
    .option('--recipe <file>', 'a JSON file of the options below; options go before it')
    .option('--from <weights>', 'go on from these weights')
    .option('--resume', 'go on where an interrupted run stopped')
    .option('--overwrite', 'replace the weights and any run under way')
    .option('--sensor <name>', 'whose MTF blurs MS (default: guessed for each pair)')
    .option('--ratio <n>', 'of MS without PAN; the scale of enlargers', integer('--ratio', [2, 64]))
    .option('-b, --bands <list>', 'bands of MS to train on: 3,2,1 or 1-4', bandList('--bands'))
    .option(
      '--bit-depth <bits>',
      'samples are divided by 2^bits - 1',
      integer('--bit-depth', [1, 32]),
    );
  command
    .option('--minutes <m>', 'how long to train', number('--minutes'))
    .option('--steps <n>', 'updates in all', integer('--steps', [1, 1e9]))
    .option('--epochs <n>', "passes over the data (default: the paper's)", number('--epochs'))
    .option('--steps-per-epoch <n>', 'updates a pass', integer('--steps-per-epoch', [1, 1e9]))
    .option('--seed <n>', 'of weights, patches and variations', integer('--seed', [0, 2 ** 31]))
    .option('--variant <name>', 'an ablation of the paper; a wrong name lists them')
    .option('--sizes <list>', 'widths and the like: dim=16,...', sizes('--sizes'))
    .option('--optimizer <name>', 'adam, adamw or sgd')
    .option('--lr <rate>', 'learning rate', number('--lr'))
    .option('--betas <list>', 'of Adam: 0.9,0.999', numbers('--betas'))
    .option('--weight-decay <x>', 'of weights', number('--weight-decay'))
    .option(
      '--schedule <form>',
      'constant, cosine:MIN, step:EVERY,FACTOR or restarts:FIRST,MULTIPLY,MIN,DECAY in epochs',
      schedule('--schedule'),
    )
    .option('--warm-up <epochs>', 'of a straight rise', number('--warm-up'))
    .option('--batch <n>', 'patches a batch', integer('--batch', [1, 4096]))
    .option('--accumulate <n>', 'batches an update', integer('--accumulate', [1, 1024]))
    .option('--patch <pixels>', 'side of patches in PAN pixels', integer('--patch', [8, 1024]))
    .option(
      '--loss <name>',
      'l1, l2, hybrid (with frequencies and wavelets) or own (default: as published)',
    )
    .option('--clip <norm>', 'largest norm of the gradients; 0 for none', number('--clip'))
    .option('--ema <decay>', 'of the average of weights that is kept; 0: none', number('--ema'));
  command
    .option('--normalise <how>', 'range: by the largest value; scene: mean and deviation')
    .option('--base <method>', 'a classical method to start from, such as mtf-glp-fs; exp: none')
    .option('--inputs <kind>', 'plain or high-pass')
    .option('--flips <yes|no>', 'turn and mirror patches', yesNo('--flips'))
    .option('--gain <sd>', 'vary all samples by a factor', number('--gain'))
    .option('--mtf <sd>', 'vary the MTF gains', number('--mtf'))
    .option('--shift <pixels>', 'vary where PAN lies', number('--shift'))
    .option('--band-dropout <share>', 'of patches that lack a band', number('--band-dropout'))
    .option('--hold-back <share>', 'of each scene to validate on', number('--hold-back'))
    .option('--validate-every <n>', 'updates', integer('--validate-every', [1, 1e9]))
    .option(
      '--patience <n>',
      'validations without a better one before it stops; 0: never',
      integer('--patience', [0, 1e6]),
    )
    .option('--keep <which>', 'the best or the last weights', choice('--keep', ['best', 'last']))
    .option(
      '--branch-wise <yes|no>',
      'tune the two branches in turn, all else left alone (L-BAF of ssdiff; with --from)',
      yesNo('--branch-wise'),
    )
    .option(
      '--branch-steps <n>',
      'updates of a branch before the other (default: those of an epoch)',
      integer('--branch-steps', [1, 1e9]),
    )
    .option(
      '--rank <n>',
      'with it: change linear maps at this rank alone',
      integer('--rank', [1, 512]),
    )
    .option('--threads <n>', 'of one step; 1 repeats to the bit', integer('--threads', [0, 256]));
  return withRunFlags(command);
}

/** The recipe keys among the flags. */
export const recipeOf = (flags: TrainFlags): Record<string, unknown> =>
  Object.fromEntries(Object.entries(flags).filter(([key]) => !NOT_RECIPE.has(key)));

const yesNo =
  (option: string): Reader<boolean> =>
  (text) =>
    choice(option, ['yes', 'no'])(text) === 'yes';

function sizes(option: string): Reader<Record<string, number>> {
  return (text) =>
    Object.fromEntries(
      text.split(',').map((part) => {
        const [, name, value] = /^([A-Za-z]\w*)=(-?[\d.]+)$/.exec(part.trim()) ?? [];
        if (name !== undefined && Number.isFinite(Number(value))) return [name, Number(value)];
        throw mistyped(option, 'names with numbers', text, `for example ${option} dim=16`);
      }),
    );
}

/** How many numbers each form takes, and what they are called. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  constant: [],
  cosine: ['min'],
  step: ['every', 'factor'],
  restarts: ['first', 'multiply', 'min', 'decay'],
};

function schedule(option: string): Reader<Record<string, unknown>> {
  return (text) => {
    const [kind, rest] = text.toLowerCase().split(':');
    const names = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
    const values = rest === undefined ? [] : rest.split(',').map(Number);
    const bare = kind === 'cosine' && values.length === 0 ? [0] : values;
    if (names && bare.length === names.length && bare.every(Number.isFinite)) {
      return { kind, ...Object.fromEntries(names.map((name, i) => [name, bare[i]])) };
    }
    throw mistyped(
      option,
      'constant, cosine:MIN, step:EVERY,FACTOR or restarts:FIRST,MULTIPLY,MIN,DECAY',
      text,
      `for example ${option} cosine:1e-6`,
    );
  };
}
