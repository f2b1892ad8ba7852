/** What the argument parser complains of, said like every other error: who, expected, got, way out. */

import type { CommanderError } from 'commander';

/** Help and version are not errors, though the parser throws for them. */
export function isHelp(error: CommanderError): boolean {
  return ['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(error.code);
}

/** One line for an error of the parser. */
export function usageLine(error: CommanderError, args: readonly string[]): string {
  const verb = args.find((arg) => !arg.startsWith('-')) ?? '';
  const who = `bandweave ${verb}`.trim();
  const help = `see ${who} --help`;
  const message = error.message.replace(/^error: /, '');
  const named = /'([^']*)'/.exec(message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const close = /Did you mean (\S+)\?/.exec(message)?.[1];
      const way = close === undefined ? '' : `did you mean ${close}? `;
      return `${who}: expected an option it knows, got ${named}; ${way}${help}.`;
    }
    case 'commander.missingArgument':
      return `${who}: expected the argument ${/'([^']*)'/.exec(message)?.[1]?.toUpperCase()}, got nothing; ${help}.`;
    case 'commander.optionMissingArgument':
      return `${who}: expected a value after ${named}, got nothing; ${help}.`;
    case 'commander.excessArguments':
      return `${who}: ${message.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')}; ${help}.`;
    default:
      return `${who}: ${message.replace(/\s*\n\s*/g, ' ')}; ${help}.`;
  }
}
