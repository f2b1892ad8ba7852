/** `train METHOD --data DIR -o WEIGHTS`: weights from one's own images. */

import type { TrainNetworkResult } from '@bandweave/pipeline/training';
import type { Command } from 'commander';
import { required, withExample } from '../options/run.js';
import { recipeOf, type TrainFlags, withTrainFlags } from '../options/train.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';

export function register(program: Command): Command {
  const command = program
    .command('train')
    .description(
      'Trains a network on pairs of images and writes weights that fuse --weights opens.\n' +
        "Pairs are reduced by Wald's protocol, so that the original MS is what is to be found.\n" +
        'edsr, rcan and swinir take pictures in place of pairs, and --ratio as their scale.',
    )
    .argument('<method>', 'the network; bandweave methods lists them')
    .action(trainVerb);
  return withExample(
    withTrainFlags(command),
    'bandweave train rescnn --data pan.tif ms.tif -o weights.safetensors --minutes 5',
    'bandweave train fusionmamba --data scenes -o fm.safetensors --minutes 60 --seed 2',
    'bandweave train fusionmamba --data scenes -o fm.safetensors --minutes 60 --seed 2 --resume',
    'bandweave train edsr --data photos --ratio 4 --from edsr-x2.safetensors -o edsr-x4.safetensors',
  );
}

async function trainVerb(method: string, flags: TrainFlags): Promise<void> {
  const output = required(flags.output, { verb: 'train', option: '-o, --output <file>' });
  const data = required(flags.data, { verb: 'train', option: '--data <paths...>' });
  const { validation, recipe, from, resume, overwrite, sensor, ratio, bands, bitDepth } = flags;
  const given = { validation, recipe, from, resume, overwrite, sensor, ratio, bands, bitDepth };
  const { trainNetwork } = await import('@bandweave/pipeline/training');
  const result = await run(flags, (context) =>
    trainNetwork(method, output, {
      ...context,
      data,
      changes: recipeOf(flags),
      ...(Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      ) as Partial<typeof given & object>),
    } as Parameters<typeof trainNetwork>[2]),
  );
  if (flags.json) printJson(result);
  else print(summary(result));
}

const WHY = {
  done: 'all steps were done',
  'no better': 'validations got no better',
  time: 'the time was up',
} as const;

/** What was made, in a few lines. */
export function summary(result: TrainNetworkResult): string {
  const { output, method, steps, keptStep, seconds, parameters, start, indices } = result;
  const line = (name: string, { q2n, sam, ergas }: NonNullable<typeof start>) =>
    `${name}: Q2n ${q2n.toFixed(4)}, SAM ${sam.toFixed(3)}, ERGAS ${ergas.toFixed(3)}`;
  return [
    `${output}: ${method}, ${parameters} parameters, ${steps} steps in ${Math.round(seconds)} s; ${WHY[result.stopped]}, step ${keptStep} was kept`,
    ...(start ? [line('held back, before training', start)] : []),
    ...(indices ? [line('held back, by the network', indices)] : []),
    `curves: ${result.curves}`,
  ].join('\n');
}
