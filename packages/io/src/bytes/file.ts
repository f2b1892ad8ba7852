/** A local file as a byte source. */

import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '@bandweave/image';
import type { ByteSource } from './byte-source.js';

/** Opens a file for reading; an InputError where it is missing, a folder, empty or unreadable. */
export async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: expected a file that can be read, got ${reason(error)}.`, {
      cause: error,
    });
  });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) {
      throw new InputError(`${path}: expected a raster file, got a folder; name a file in it.`);
    }
    if (!stat.isFile()) {
      throw new InputError(
        `${path}: expected a regular file, got a device or pipe; copy it first.`,
      );
    }
    if (stat.size === 0) {
      throw new InputError(`${path}: expected a raster file, got an empty file; fetch it again.`);
    }
    return fileSource(path, stat.size, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileSource(name: string, size: number, handle: FileHandle): ByteSource {
  return {
    name,
    size,
    worthBridging: 16384,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) {
          throw new InputError(
            `${name}: expected ${length} bytes at ${offset}, got ${done}; the file has been cut short, fetch it again.`,
          );
        }
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** What an error of the file system means, in words. */
export function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'nothing there; check the path';
    case 'EACCES':
    case 'EPERM':
      return 'no permission; check its access rights';
    case 'EISDIR':
      return 'a folder; name a file';
    case 'ENOTDIR':
      return 'a file where a folder is named; check the path';
    case 'ENOSPC':
      return 'a full disk; free some space';
    case 'EROFS':
      return 'a read-only file system; choose another folder';
    case 'ENAMETOOLONG':
      return 'too long a name; shorten it';
    default:
      return error.code ?? error.message;
  }
}
