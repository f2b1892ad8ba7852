/** `animate CLIP --prompt TEXT --edit TEXT -o OUT`: one-shot text-to-video. */

import type { AblationName, AnimateClipOptions } from '@bandweave/video';
import type { Command } from 'commander';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { choice, integer, numberFrom, windowSize } from '../options/values.js';
import { animateReport, printAnimated } from '../reports/animate.js';
import { run } from '../run.js';

const VARIANTS = ['base', 'vgt-pure', 'vgt-hyper', 'hyper-loss', 'adversarial'] as const;

interface AnimateFlags extends RunFlags {
  readonly output?: string;
  readonly prompt?: string;
  readonly edit?: string;
  readonly weights?: string;
  readonly clip?: string;
  readonly variant?: AblationName;
  readonly size?: [number, number];
  readonly frames?: number;
  readonly every?: number;
  readonly first?: number;
  readonly tuningSteps?: number;
  readonly steps?: number;
  readonly guidance?: number;
  readonly seed?: number;
  readonly fps?: number;
  readonly threads?: number;
  readonly recompute?: true;
  readonly resume?: true;
  readonly overwrite?: true;
  /** A path, or true for one beside the output. */
  readonly report?: string | true;
}

export function register(program: Command): Command {
  const command = program
    .command('animate')
    .description(
      'Tells one clip anew by a text: Stable Diffusion 1.x, inflated to video and tuned on the clip\n' +
        "(Tune-A-Video), with APLA's perturbation, loss and discriminator as we read them.",
    )
    .argument('<clip>', 'a folder of pictures, a GIF, a WebP; MP4 and other films through ffmpeg')
    .option('-o, --output <file>', 'a .gif, .webp, .mp4 or a folder to write')
    .option('--prompt <text>', 'what the clip shows')
    .option('--edit <text>', 'what it shall show')
    .option('--weights <folder>', 'a Stable Diffusion 1.x folder as diffusers lays it out')
    .option('--clip <folder>', 'a CLIP folder: adds frame consistency and textual alignment')
    .option(
      '--variant <name>',
      `${VARIANTS.join(', ')} (default: adversarial, the whole of APLA)`,
      choice('--variant', VARIANTS),
    )
    .option('--size <HxW>', 'sides in pixels (default: 512)', windowSize('--size'))
    .option('--frames <n>', 'at most so many (default: 24)', integer('--frames', [1, 1000]))
    .option('--every <n>', 'one frame of so many (default: 1)', integer('--every', [1, 10000]))
    .option('--first <n>', 'begin at this frame, counted from 0', integer('--first', [0, 1e6]))
    .option(
      '--tuning-steps <n>',
      'on the clip (default: 500)',
      integer('--tuning-steps', [0, 1_000_000]),
    )
    .option('--steps <n>', 'of inversion and sampling (default: 50)', integer('--steps', [1, 1000]))
    .option('--guidance <g>', 'by the edit (default: 12.5)', numberFrom('--guidance', [0, 100]))
    .option('--seed <n>', '(default: 33)', integer('--seed', [0, 2 ** 32 - 1]))
    .option('--fps <n>', 'of the output (default: 8)', integer('--fps', [1, 100]))
    .option('--threads <n>', '(default: all)', integer('--threads', [1, 256]))
    .option('--recompute', 'tune with less memory, in more time')
    .option('--resume', 'go on from the last state of tuning beside the output')
    .option('--overwrite', 'replace the output')
    .option('--report [file]', 'write an HTML page: frames side by side, loss, scores')
    .action(animateVerb);
  return withExample(
    withRunFlags(command),
    'bandweave animate skiing.gif --prompt "a man is skiing" --edit "a panda is skiing" \\\n' +
      '      --weights stable-diffusion-v1-4 -o panda.gif --report',
    'bandweave animate frames/ --prompt "a car" --edit "a red car" --weights sd -o red/ --size 256',
  );
}

async function animateVerb(clip: string, flags: AnimateFlags): Promise<void> {
  const need = <T>(value: T | undefined, option: string) =>
    required(value, { verb: 'animate', option });
  const output = need(flags.output, '-o, --output <file>');
  const prompt = need(flags.prompt, '--prompt <text>');
  const edit = need(flags.edit, '--edit <text>');
  const weights = need(flags.weights, '--weights <folder>');
  const { json: _, quiet: __, output: ___, report, recompute, ...given } = flags;
  const own: AnimateClipOptions = {
    ...given,
    prompt,
    edit,
    weights,
    ...(recompute ? { recompute: 'blocks' } : {}),
  };
  const outcome = await run(flags, async (context) => {
    const { animateClip } = await import('@bandweave/video');
    const done = await animateClip(clip, output, { ...own, ...context });
    if (report === undefined) return { result: done.result };
    return { result: done.result, report: await animateReport(done, { ...own, page: report }) };
  });
  printAnimated(outcome, flags);
}
