/** One side of the comparison as a child process that is asked for one run at a time. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Run {
  /** Milliseconds by the clock. */
  readonly ms: number;
  /** Milliseconds of processor time, all threads together. */
  readonly cpu: number;
  /** The loss, or the first element of the result. */
  readonly value: number;
}

export interface Side {
  /** What it runs on, or undefined where it is missing. */
  readonly version: string | undefined;
  run(): Promise<Run>;
  /** Highest resident memory so far in MB. */
  peak(): Promise<number>;
  close(): void;
}

interface Message extends Partial<Run> {
  readonly ready?: string;
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
      const { ms = Number.NaN, cpu = Number.NaN, value = Number.NaN } = await ask('run');
      return { ms, cpu, value };
    },
    peak: async () => (await ask('peak')).peak ?? Number.NaN,
    close: () => child.stdin.end(),
  };
}
