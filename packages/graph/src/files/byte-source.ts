/** Where a reader gets its bytes from: a file, read piece by piece, or bytes in memory. */

import { GraphError } from '../errors.js';

export interface ByteSource {
  /** For messages: the path, or what the caller calls the bytes. */
  readonly name: string;
  readonly size: number;
  /** Exactly these bytes; the caller has checked that they lie within `size`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What every reader accepts: a path, or the whole file in memory. */
export type FileInput = string | Uint8Array;

/** Bytes in memory; what is read are views of them. */
export function memorySource(bytes: Uint8Array, name = 'weights in memory'): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'nothing there; check the path'],
  ['EACCES', 'no permission to read it; change its mode'],
  ['EPERM', 'no permission to read it; change its mode'],
  ['ENOTDIR', 'a part of the path is no folder; check the path'],
  ['ENAMETOOLONG', 'a path too long for the system; check the path'],
  ['ELOOP', 'links that lead in a circle; check the path'],
]);

/** One line for what the system said about a path; other errors are returned as they came. */
export function fileError(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string') return error;
  return new GraphError(`${path}: expected a file, got ${reasons.get(code) ?? code}.`);
}

/** What `make` allocates, or one line that says it is more than this machine or Node can hold. */
export function allocate<T>(make: () => T, file: string): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GraphError(
      `${file}: expected tensors that fit in memory, got one beyond it; split it where it was saved.`,
    );
  }
}

// One read call of Node takes at most 2^31 - 1 bytes.
const piece = 1 << 30;

async function fileSource(path: string): Promise<ByteSource> {
  const fs = await import('node:fs/promises');
  // Looked at before it is opened: opening a pipe would wait for a writer for ever.
  const kind = await fs.stat(path).catch((e) => {
    throw fileError(path, e);
  });
  if (!kind.isFile()) {
    const got = kind.isDirectory() ? 'a folder' : 'a device or pipe';
    throw new GraphError(`${path}: expected a file, got ${got}; name the weights file itself.`);
  }
  const handle = await fs.open(path, 'r').catch((e) => {
    throw fileError(path, e);
  });
  const size = (await handle.stat()).size;
  return {
    name: path,
    size,
    async read(offset, length) {
      const out = allocate(() => new Uint8Array(length), path);
      let done = 0;
      while (done < length) {
        const want = Math.min(piece, length - done);
        const { bytesRead } = await handle.read(out, done, want, offset + done);
        if (bytesRead === 0) {
          throw new GraphError(
            `${path}: expected ${size} bytes, got fewer: it was cut while being read; copy it again.`,
          );
        }
        done += bytesRead;
      }
      return out;
    },
    close: () => handle.close(),
  };
}

/** Opens a path or wraps bytes. The caller closes it. */
export async function openSource(input: FileInput): Promise<ByteSource> {
  return typeof input === 'string' ? fileSource(input) : memorySource(input);
}

/** Opens, hands over, and closes whatever happens. */
export async function withSource<T>(
  input: FileInput,
  use: (source: ByteSource) => Promise<T>,
): Promise<T> {
  const source = await openSource(input);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}
