/** Options of every verb: how it speaks. */

import type { Command } from 'commander';

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
