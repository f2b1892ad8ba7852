/** Compressed bytes of a block to its plain bytes, never to more of them than the block holds. */

import { promisify } from 'node:util';
import { inflate as inflateWithCallback } from 'node:zlib';
import { ZSTDDecoder } from 'zstddec';
import { loadSharp } from '../picture/sharp.js';
import { decodeJpeg } from './jpeg-guard.js';
import { decodeLercBlob } from './lerc-decode.js';
import { decodeLzw } from './lzw-decode.js';
import { decodePackbits } from './packbits.js';
import { zstdDecompress } from './zlib-zstd.js';

/** Not geotiff.js's: that one streams, and loops without end over some damaged frames. */
const zstd = new ZSTDDecoder();

const inflate = promisify<Uint8Array, object, Buffer>(inflateWithCallback);

export interface BlockShape {
  readonly width: number;
  readonly height: number;
  /** Samples a pixel. */
  readonly samples: number;
  /** Bytes that the block holds. */
  readonly bytes: number;
  /** Bytes that it may unfold to: some writers fill the last strip up. */
  readonly most: number;
  readonly ycbcr: boolean;
}

export interface Coding {
  readonly compression: number;
  readonly jpegTables?: Uint8Array;
  readonly lercParameters?: readonly number[];
}

/** The block's bytes, or undefined where they are damaged; codecs throw as they like. */
export async function decodeBlock(
  data: Uint8Array,
  shape: BlockShape,
  { compression, jpegTables, lercParameters }: Coding,
): Promise<Uint8Array | undefined> {
  switch (compression) {
    case 1:
      return data;
    case 5:
      return decodeLzw(data, shape.bytes);
    case 7:
      return decodeJpeg(data, { ...shape, tables: jpegTables });
    case 8:
    case 32946:
      return decodeDeflate(data, shape);
    case 32773:
      return decodePackbits(data, shape.bytes);
    case 34887:
      return decodeLerc(data, shape, lercParameters ?? []);
    case 50000:
      return decodeZstd(data, shape);
    case 50001:
      return decodeWebp(data, shape);
    default:
      return undefined;
  }
}

function decodeDeflate(data: Uint8Array, { bytes, most }: BlockShape) {
  // DEFLATE unfolds to at most 1032 times its size: no buffer for what can't come.
  if (bytes > data.length * 1032 + 64) return undefined;
  return inflate(data, { chunkSize: Math.max(64, bytes + 1), maxOutputLength: most + 1 });
}

/** Never more than the block may hold: a frame that says otherwise is damaged. */
async function decodeZstd(data: Uint8Array, { most }: BlockShape) {
  if (zstdDecompress) {
    return promisify(zstdDecompress)(data, { maxOutputLength: most + 1 });
  }
  await zstd.init();
  return zstd.decode(data, most);
}

async function decodeLerc(data: Uint8Array, shape: BlockShape, parameters: readonly number[]) {
  const packed = parameters[1] ?? 0;
  let blob: Uint8Array | undefined = data;
  if (packed === 1)
    blob = await decodeDeflate(data, { ...shape, bytes: 64, most: 2 * shape.most + 1024 });
  else if (packed === 2) blob = await decodeZstd(data, { ...shape, most: 2 * shape.most + 1024 });
  return blob && decodeLercBlob(blob, shape);
}

async function decodeWebp(data: Uint8Array, { width, height, samples }: BlockShape) {
  const sharp = await loadSharp();
  const image = sharp(data, { limitInputPixels: width * height, failOn: 'error' });
  const { data: pixels, info } = await (samples === 4 ? image.ensureAlpha() : image.removeAlpha())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const fits = info.channels === samples && info.width === width && info.height <= height;
  return fits ? new Uint8Array(pixels) : undefined;
}
