/** A file that has another name until it is whole. */

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cannotWrite } from '../geotiff/block-store.js';

export interface TemporaryFile {
  readonly path: string;
  readonly handle: FileHandle;
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Gives it the final name. */
  finish(): Promise<void>;
  /** Removes it. */
  abort(): Promise<void>;
}

/** Starts a file beside `path`; an InputError where nothing can be written there. */
export async function temporaryFile(path: string): Promise<TemporaryFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const handle = await open(temporary, 'w+').catch(cannotWrite(path));
  let open_ = true;
  const close = async () => {
    if (open_) await handle.close();
    open_ = false;
  };
  return {
    path: temporary,
    handle,
    async write(bytes, offset) {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await handle
          .write(bytes, done, bytes.length - done, offset + done)
          .catch(cannotWrite(path));
        done += bytesWritten;
      }
    },
    async finish() {
      await handle.sync().catch(cannotWrite(path));
      await close();
      await rename(temporary, path).catch(cannotWrite(path));
    },
    async abort() {
      await close();
      await rm(temporary, { force: true });
    },
  };
}
