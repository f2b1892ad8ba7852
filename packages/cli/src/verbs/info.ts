import type { Command } from 'commander';
export function register(program: Command): Command {
  return program
    .command('info')
    .argument('<file>')
    .action(() => {});
}
