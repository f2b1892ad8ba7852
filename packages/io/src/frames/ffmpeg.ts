/** Films by way of the system's ffmpeg, where there is one: raw RGB through a pipe, no shell. */

import { spawn } from 'node:child_process';
import { InputError } from '@bandweave/image';

export interface FfmpegOptions {
  /** Fed to its standard input. */
  readonly input?: Uint8Array;
  /** Bytes of output beyond which it is stopped. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What ffmpeg writes to its standard output for these arguments. */
export function ffmpeg(
  file: string,
  args: readonly string[],
  { input, limit = 2 ** 31, signal }: FfmpegOptions = {},
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...args], {
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      signal,
    });
    const parts: Uint8Array[] = [];
    let size = 0;
    let said = '';
    child.stdout?.on('data', (part: Uint8Array) => {
      size += part.length;
      if (size <= limit) parts.push(part);
      else child.kill();
    });
    child.stderr?.on('data', (part: Uint8Array) => {
      if (said.length < 4096) said += String(part);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return reject(error);
      const way = 'install it, or use a folder of pictures, a GIF or a WebP';
      reject(
        new InputError(`${file}: expected ffmpeg on this system for films, got none; ${way}.`),
      );
    });
    child.on('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(parts));
      const line =
        said.trim().split('\n')[0] || (size > limit ? 'a film too large' : `code ${code}`);
      reject(new InputError(`${file}: expected a film that ffmpeg reads, got: ${line}.`));
    });
    if (input) child.stdin?.on('error', () => {}).end(input);
  });
}
