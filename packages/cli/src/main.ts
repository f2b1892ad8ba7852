/** From arguments to an exit code: 0 done, 2 the caller can mend it, 130 interrupted, 1 our fault. */

import { Command, CommanderError } from 'commander';
import { isHelp, usageLine } from './arguments.js';
import { errorLine, exitCodeOf } from './errors.js';
import { nearest } from './nearest.js';
import { VERBS } from './registry.js';
import { UsageError } from './usage-error.js';
import { version } from './version.js';

/**
 * Runs the command line and resolves with the exit code; nothing is thrown.
 * Results go to stdout, progress and errors to stderr, an error as exactly one line.
 *
 * @param args what follows the command's name: `['fuse', 'pan.tif', ...]`
 */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on('error', endQuietly);
  try {
    await (await assemble(args)).parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (isHelp(error)) return 0;
      process.stderr.write(`${usageLine(error, args)}\n`);
      return 2;
    }
    process.stderr.write(`${errorLine(error)}\n`);
    return exitCodeOf(error);
  } finally {
    process.stdout.off('error', endQuietly);
  }
}

/** The program with the one verb that `args` ask for, or with all their names for the help. */
async function assemble(args: readonly string[]): Promise<Command> {
  const program = new Command('bandweave')
    .description('Image fusion: a sharp panchromatic band and blurry multispectral bands, joined.')
    .version(version(), '-V, --version')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', '\nExample:\n  $ bandweave fuse pan.tif ms.tif -o sharp.tif');
  const verb = args.find((arg) => arg !== 'help' && !arg.startsWith('-'));
  if (verb === undefined) {
    for (const [name, { summary }] of Object.entries(VERBS)) {
      program.command(name).description(summary);
    }
    return program.usage('VERB [options]');
  }
  if (!Object.hasOwn(VERBS, verb)) throw new UsageError(unknownVerb(verb));
  (await VERBS[verb]!.load()).register(program);
  return program;
}

function unknownVerb(verb: string): string {
  const names = Object.keys(VERBS);
  const close = nearest(verb, names);
  const way = close === undefined ? '' : `did you mean ${close}? `;
  return `bandweave: expected a verb (${names.join(', ')}), got ${JSON.stringify(verb)}; ${way}see bandweave --help.`;
}

/** A closed pipe (`bandweave methods | head`) is no fault of anybody's. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
