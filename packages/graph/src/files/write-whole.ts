/** Writing a file so that its final name only ever carries a whole one. */

import { GraphError } from '../errors.js';

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such folder; make it first'],
  ['ENOTDIR', 'a path through something that is no folder; check it'],
  ['EACCES', 'no permission to write there; choose another folder'],
  ['EPERM', 'no permission to write there; choose another folder'],
  ['EROFS', 'a read-only disk; choose another folder'],
  ['ENOSPC', 'a full disk; free some space'],
  ['EISDIR', 'a folder of that name; choose another name'],
]);

let counter = 0;

/**
 * Writes the pieces one after another under a temporary name beside `path`, then renames.
 * Nothing is left behind when it fails.
 *
 * @param options.flush 'disk' waits until the disk has it, which a power cut cannot undo; 'system'
 * leaves it to the system, for files that are read soon and then go
 */
export async function writeWhole(
  path: string,
  pieces: Iterable<Uint8Array>,
  { flush = 'disk' }: { readonly flush?: 'disk' | 'system' } = {},
): Promise<void> {
  const fs = await import('node:fs/promises');
  const temporary = `${path}.${process.pid}-${counter++}.part`;
  try {
    const handle = await fs.open(temporary, 'wx');
    try {
      for (const bytes of pieces) {
        for (let done = 0; done < bytes.byteLength; ) {
          const want = Math.min(1 << 30, bytes.byteLength - done);
          done += (await handle.write(bytes, done, want)).bytesWritten;
        }
      }
      if (flush === 'disk') await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {});
    const code = (error as { code?: unknown }).code;
    if (typeof code !== 'string') throw error;
    throw new GraphError(
      `${path}: expected a place to write, got ${reasons.get(code) ?? `${code}; choose another name`}.`,
    );
  }
}
