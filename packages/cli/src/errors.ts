/** How an error ends the command: one line and an exit code. */

import { isInputError } from './usage-error.js';

/** Thrown when a signal stopped the run: 128 + its number. */
export class Interrupted extends Error {
  readonly exitCode: number;
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('bandweave: interrupted; nothing was left under the final name.');
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/** What the operating system refused, said in the product's words; the caller can mend these. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'expected a file or folder that exists, got none; check the path',
  ENOTDIR: 'expected a folder on the way, got a file; check the path',
  EISDIR: 'expected a file, got a folder; name the file itself',
  EACCES: 'expected to be allowed to open it, was refused; check its permissions',
  EPERM: 'expected to be allowed to change it, was refused; check its permissions',
  EROFS: 'expected a place that can be written, got a read-only one; choose another',
  ENOSPC: 'expected room on the disk, got none; free some or choose another place',
  EMFILE:
    'expected to open one file more, the system allows no more; raise the limit of open files',
};

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
}

function isRefusal(error: unknown): error is SystemError {
  return (
    error instanceof Error && Object.hasOwn(REFUSALS, (error as Partial<SystemError>).code ?? '')
  );
}

/** One line for stderr, whatever was thrown. */
export function errorLine(error: unknown): string {
  if (error instanceof Interrupted || isInputError(error)) return oneLine(error.message);
  if (isRefusal(error)) return `${error.path ?? 'bandweave'}: ${REFUSALS[error.code]}.`;
  if (process.env['BANDWEAVE_DEBUG'] && error instanceof Error) return String(error.stack);
  const said = error instanceof Error ? error.message : String(error);
  return oneLine(`bandweave: internal fault: ${said} (BANDWEAVE_DEBUG=1 shows where)`);
}

/** 2 where the caller can do something about it, 128 + n after a signal, 1 otherwise. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  return isInputError(error) || isRefusal(error) ? 2 : 1;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
