/** `methods`: what --method takes. */

import { methods } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { print, printJson } from '../print.js';
import { table } from '../table.js';

export function register(program: Command): Command {
  const command = program
    .command('methods')
    .description('The fusion methods that --method takes.')
    .action(methodsVerb);
  return withExample(withRunFlags(command), 'bandweave methods', 'bandweave methods --json');
}

function methodsVerb({ json }: RunFlags): void {
  if (json) {
    printJson({ methods });
    return;
  }
  const rows = methods.map(({ name, kind, title, source }) => [name, kind, title, source]);
  print(table(['method', 'kind', 'what it is', 'source'], rows));
}
