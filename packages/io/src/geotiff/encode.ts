/** Samples of a block to the bytes that are stored: predictor, then compression. */

import { promisify } from 'node:util';
import { deflateSync, deflate as deflateWithCallback } from 'node:zlib';
import type { Samples } from '@bandweave/image';
import { encodeLzw } from './lzw-encode.js';
import { takeDifferences, takeFloatDifferences } from './predictor.js';
import type { GeoTiffCompression } from './write-options.js';
import { zstdCompress, zstdCompressSync, zstdOptions } from './zlib-zstd.js';

const deflate = promisify<Uint8Array, object, Buffer>(deflateWithCallback);

export interface EncodeOptions {
  readonly compression: GeoTiffCompression;
  readonly predictor: 1 | 2 | 3;
  readonly level: number;
  /** Samples a pixel in the block: all bands with pixel interleave, else 1. */
  readonly stride: number;
  /** Samples a row: pixels times stride. */
  readonly rowLength: number;
}

/** The bytes to store; synchronous, for worker threads. Leaves `samples` as they are. */
export function encodeBlock(samples: Samples, options: EncodeOptions): Uint8Array {
  const bytes = predict(samples, options);
  switch (options.compression) {
    case 'deflate':
      return deflateSync(bytes, { level: options.level, chunkSize: chunkFor(bytes) });
    case 'zstd':
      return needZstd(zstdCompressSync)(bytes, zstdOptions(options.level));
    case 'lzw':
      return encodeLzw(bytes);
    case 'none':
      return bytes;
  }
}

/** As `encodeBlock`, with the compression on zlib's threads where it is zlib's. */
export async function encodeBlockLater(
  samples: Samples,
  options: EncodeOptions,
): Promise<Uint8Array> {
  if (options.compression === 'deflate') {
    const bytes = predict(samples, options);
    return deflate(bytes, { level: options.level, chunkSize: chunkFor(bytes) });
  }
  if (options.compression === 'zstd') {
    const bytes = predict(samples, options);
    return promisify(needZstd(zstdCompress))(bytes, zstdOptions(options.level));
  }
  return encodeBlock(samples, options);
}

function needZstd<T>(codec: T | undefined): T {
  if (!codec) throw new Error('zstd: expected a Node whose zlib has it; use deflate');
  return codec;
}

/** One chunk for everything: zlib's output then needs no joining. */
function chunkFor({ length }: Uint8Array): number {
  return Math.max(1024, length + (length >> 8) + 64);
}

/** The block's bytes after the predictor, little-endian, in memory of their own if changed. */
function predict(samples: Samples, { predictor, stride, rowLength }: EncodeOptions): Uint8Array {
  if (predictor === 1) return bytesOf(samples);
  const copy = samples.slice();
  const bytes = bytesOf(copy);
  if (predictor === 3) {
    takeFloatDifferences(bytes, { stride, rowLength }, samples.BYTES_PER_ELEMENT as 4 | 8);
  } else takeDifferences(unsigned(copy), { stride, rowLength });
  return bytes;
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function unsigned(samples: Samples): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = samples;
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, length);
  return new Uint32Array(buffer, byteOffset, length);
}
