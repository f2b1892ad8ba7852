/** Options of every verb that writes a GeoTIFF. */

import type { Command } from 'commander';
import { choice, threads } from './values.js';

export const COMPRESSIONS = ['none', 'deflate', 'lzw', 'zstd'] as const;

export interface OutputFlags {
  readonly compress?: (typeof COMPRESSIONS)[number];
  readonly cog?: true;
  readonly overviews?: boolean;
  readonly overwrite?: true;
  readonly threads?: number;
}

/** Adds `--compress`, `--cog`, `--overviews`, `--overwrite` and, unless left out, `--threads`. */
export function withOutputFlags(
  command: Command,
  { without = [] }: { readonly without?: readonly 'threads'[] } = {},
): Command {
  command
    .option(
      '--compress <name>',
      `compression of the output: ${COMPRESSIONS.join(', ')}`,
      choice('--compress', COMPRESSIONS),
    )
    .option('--cog', 'lay the output out as a cloud-optimised GeoTIFF')
    .option('--overviews', 'add smaller copies for viewers')
    .option('--overwrite', 'replace the output where it exists');
  if (without.includes('threads')) return command;
  return command.option(
    '--threads <n>',
    'worker threads, or ALL_CPUS (default)',
    threads('--threads'),
  );
}
