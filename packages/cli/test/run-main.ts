/** Runs the command in this process and keeps what it prints. */
import { vi } from 'vitest';
import { main } from '../src/main.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runMain(...args: readonly string[]): Promise<Ran> {
  let out = '';
  let err = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  try {
    return { code: await main(args), out, err };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
