/** The options that `denoise` and `deblur` share. */

import type { RestoreOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type OutputFlags, withOutputFlags } from './output.js';
import type { RunFlags } from './run.js';
import { choice, memorySize, numberFrom } from './values.js';

const MODES = ['released', 'quaternion'] as const;

export interface RestoreFlags extends RunFlags, OutputFlags {
  readonly output?: string;
  readonly sigma?: number;
  readonly mode?: (typeof MODES)[number];
  readonly memory?: number;
  /** A path, or true for one beside the output. */
  readonly report?: string | true;
}

export function withRestoreFlags(command: Command): Command {
  command
    .option('-o, --output <file>', 'a .tif, .png or .jpg to write')
    .option(
      '--sigma <n>',
      'standard deviation of the noise where the full range is 0 to 255 (default: estimated)',
      numberFrom('--sigma', [0.01, 255]),
    )
    .option(
      '--mode <which>',
      'released (default): channels stacked; quaternion: the quaternion matrix itself',
      choice('--mode', MODES),
    )
    .option(
      '--memory <size>',
      'what all threads together may hold: 512m, 1g',
      memorySize('--memory'),
    )
    .option('--report [file]', 'write an HTML page: split view and what was taken away');
  return withOutputFlags(command);
}

/** What the flags become: `--report`, `--json` and the like are the verb's own. */
export function restoreOptions(flags: RestoreFlags): Omit<RestoreOptions, 'signal'> {
  const { sigma, mode, memory, threads, compress, cog, overviews, overwrite } = flags;
  const options = { sigma, mode, memory, threads, compress, cog, overviews, overwrite };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Omit<RestoreOptions, 'signal'>;
}
