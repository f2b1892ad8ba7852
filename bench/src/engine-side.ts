/** One side of the comparison as a child process that is asked for one run at a time. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Side {
  /** What it runs on, or undefined where it is missing. */
  readonly version: string | undefined;
  /** Milliseconds of one run, and the loss or the first element of the result. */
  run(): Promise<{ readonly ms: number; readonly value: number }>;
  /** Highest resident memory so far in MB. */
  peak(): Promise<number>;
  close(): void;
}

interface Message {
  readonly ready?: string;
  readonly missing?: string;
  readonly ms?: number;
  readonly value?: number;
  readonly peak?: number;
}

/** Starts a side and waits until it is ready. */
export async function startSide(command: string, args: readonly string[]): Promise<Side> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${command} ended with code ${code}.`)));
  });
  gone.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Message> => {
    const { value } = await Promise.race([lines.next(), gone]);
    return JSON.parse(value) as Message;
  };
  const ask = (text: string) => {
    child.stdin.write(`${text}\n`);
    return next();
  };
  const first = await next().catch((): Message => ({}));
  return {
    version: first.ready,
    run: async () => {
      const { ms = Number.NaN, value = Number.NaN } = await ask('run');
      return { ms, value };
    },
    peak: async () => (await ask('peak')).peak ?? Number.NaN,
    close: () => child.stdin.end(),
  };
}
