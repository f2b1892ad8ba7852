/** Options of every verb: how it speaks. */

import type { Command } from 'commander';
import { UsageError } from '../usage-error.js';

export interface RunFlags {
  readonly json?: true;
  readonly quiet?: true;
}

/** Adds `--json` and `-q, --quiet`. */
export function withRunFlags(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON on stdout')
    .option('-q, --quiet', 'no progress and no remarks on stderr');
}

/** The example at the end of a verb's help. */
export function withExample(command: Command, ...lines: readonly string[]): Command {
  const title = lines.length > 1 ? 'Examples' : 'Example';
  return command.addHelpText(
    'after',
    `\n${title}:\n${lines.map((line) => `  $ ${line}`).join('\n')}`,
  );
}

/**
 * The value of an option that a verb cannot do without. Checked here and not by the parser,
 * which would complain of it before it complains of an option that it does not know.
 */
export function required<T>(
  value: T | undefined,
  { verb, option }: { readonly verb: string; readonly option: string },
): T {
  if (value !== undefined) return value;
  throw new UsageError(
    `bandweave ${verb}: expected the option ${option}, got nothing; see bandweave ${verb} --help.`,
  );
}
