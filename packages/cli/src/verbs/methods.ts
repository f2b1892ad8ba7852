/** `methods`: what --method takes. */

import { METHODS } from '@bandweave/fusion';
import type { Command } from 'commander';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { print, printJson } from '../print.js';
import { table } from '../table.js';

export function register(program: Command): Command {
  const command = program
    .command('methods')
    .description('The fusion methods that --method takes.')
    .action(methods);
  return withExample(withRunFlags(command), 'bandweave methods', 'bandweave methods --json');
}

function methods({ json }: RunFlags): void {
  const list = METHODS.map(({ name, title, source }) => ({
    name,
    kind: 'classical',
    title,
    source,
  }));
  if (json) {
    printJson({ methods: list });
    return;
  }
  const rows = list.map(({ name, kind, title, source }) => [name, kind, title, source]);
  print(table(['method', 'kind', 'what it is', 'source'], rows));
}
