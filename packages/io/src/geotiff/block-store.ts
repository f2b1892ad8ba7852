/** The unfinished file: encoded blocks appended as they come, and where each of them went. */

import { type FileHandle, open } from 'node:fs/promises';
import { InputError } from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { reason } from '../bytes/file.js';

/** Blocks start behind room for the longer of both headers. */
export const HEADER_ROOM = 16;

/** Where the blocks of one image (full size, overview or mask) lie. */
export interface Placed {
  readonly offsets: Float64Array;
  readonly byteCounts: Float64Array;
}

export function nothingPlaced(blocks: number): Placed {
  return { offsets: new Float64Array(blocks), byteCounts: new Float64Array(blocks) };
}

export class BlockStore {
  readonly path: string;
  readonly #handle: FileHandle;
  #end: number;

  private constructor(path: string, handle: FileHandle, end: number) {
    this.path = path;
    this.#handle = handle;
    this.#end = end;
  }

  /** A new unfinished file, or with `from` an existing one that goes on at that byte. */
  static async open(path: string, from?: number): Promise<BlockStore> {
    const handle = await open(path, from === undefined ? 'w+' : 'r+').catch(cannotWrite(path));
    return new BlockStore(path, handle, from ?? HEADER_ROOM);
  }

  /** Bytes so far. */
  get end(): number {
    return this.#end;
  }

  /** Appends the bytes and notes them as the block's. */
  async append(placed: Placed, block: number, bytes: Uint8Array): Promise<void> {
    const offset = this.#end;
    this.#end += bytes.length;
    await this.write(bytes, offset);
    placed.offsets[block] = offset;
    placed.byteCounts[block] = bytes.length;
  }

  /** Writes at a place of its own: headers and directories. */
  async write(bytes: Uint8Array, offset: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle
        .write(bytes, done, bytes.length - done, offset + done)
        .catch(cannotWrite(this.path));
      done += bytesWritten;
    }
    this.#end = Math.max(this.#end, offset + bytes.length);
  }

  /** Cuts off what lies behind `end`. */
  async truncate(end: number): Promise<void> {
    await this.#handle.truncate(end).catch(cannotWrite(this.path));
    this.#end = end;
  }

  /** What has been written so far, to be read again; closing it leaves the store open. */
  source(): ByteSource {
    const store = this;
    return {
      name: this.path,
      get size() {
        return store.#end;
      },
      worthBridging: 16384,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        let done = 0;
        while (done < length) {
          const { bytesRead } = await store.#handle.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0)
            throw new InputError(
              `${store.path}: expected its own blocks back, got an end of file; write it again.`,
            );
          done += bytesRead;
        }
        return bytes;
      },
      close: async () => {},
    };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Turns an error of the file system into one line. */
export function cannotWrite(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const got =
      error.code === 'ENOENT' ? 'a folder that is not there; make it first' : reason(error);
    throw new InputError(`${path}: expected a place that can be written, got ${got}.`, {
      cause: error,
    });
  };
}
