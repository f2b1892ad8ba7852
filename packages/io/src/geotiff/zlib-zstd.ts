/** ZSTD of node:zlib, which Node 20 lacks and its type declarations here do not know. */

import * as zlib from 'node:zlib';

interface ZstdOptions {
  readonly params: Record<number, number>;
}

type ZstdCallback = (error: Error | null, result: Buffer) => void;

interface WithZstd {
  readonly zstdCompressSync?: (data: Uint8Array, options: ZstdOptions) => Buffer;
  readonly zstdDecompress?: (
    data: Uint8Array,
    options: { maxOutputLength: number },
    done: ZstdCallback,
  ) => void;
  readonly zstdCompress?: (data: Uint8Array, options: ZstdOptions, done: ZstdCallback) => void;
}

/** Absent where this Node has no ZSTD. */
export const { zstdCompressSync, zstdCompress, zstdDecompress } = zlib as unknown as WithZstd;

/** ZSTD_c_compressionLevel of the ZSTD library. */
const COMPRESSION_LEVEL = 100;

export function zstdOptions(level: number): ZstdOptions {
  return { params: { [COMPRESSION_LEVEL]: level } };
}
