/** Plain bytes of a block to typed samples: byte order, predictor, packed bits, half precision. */

import type { Samples } from '@bandweave/image';
import { blockRows, type Layout, rowBytes } from './layout.js';
import { undoDifferences, undoFloatDifferences } from './predictor.js';

/** Codecs that heed the predictor tag; libtiff passes it over for all others. */
const PREDICTABLE = new Set([5, 8, 32946, 50000]);
/** Codecs of bytes, which have no order. */
const ORDERED_BY_CODEC = new Set([7, 50001]);

/**
 * Samples of a block as it is stored (pixels interleaved or one band), of which the first
 * `rows` rows hold anything. `bytes` is used up: it may be changed and kept.
 */
export function unpackBlock(
  bytes: Uint8Array,
  layout: Layout,
  { littleEndian, blockRow }: { littleEndian: boolean; blockRow: number },
): Samples {
  const { bits, half, dataType, predictor, compression, perBlock, blockWidth } = layout;
  const rows = blockRows(layout, blockRow);
  const rowLength = blockWidth * perBlock;
  const needed = rowBytes(layout) * rows;
  const data = bytes.length > needed ? bytes.subarray(0, needed) : bytes;
  const swapped = !littleEndian && !ORDERED_BY_CODEC.has(compression);
  const predictable = PREDICTABLE.has(compression);
  const predicted = { stride: perBlock, rowLength };

  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) {
    return unpackBits(data, { bits, rowLength, rows, dataType, littleEndian: !swapped });
  }
  const width = bits / 8;
  const aligned = data.byteOffset % width === 0 ? data : new Uint8Array(data);
  // Predictor 3 sorts bytes by significance: its rows have no byte order of their own.
  if (predictor === 3 && predictable) {
    undoFloatDifferences(aligned, predicted, width as 2 | 4 | 8);
  } else if (swapped && width > 1) swapBytes(aligned, width);
  if (predictor === 2 && predictable) {
    undoDifferences(unsigned(aligned, width), predicted);
  }
  if (half) return widenHalves(view(aligned, 'uint16') as Uint16Array);
  return view(aligned, dataType);
}

function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else buffer.swap64();
}

function unsigned(bytes: Uint8Array, width: number) {
  const { buffer, byteOffset, length } = bytes;
  switch (width) {
    case 1:
      return bytes;
    case 2:
      return new Uint16Array(buffer, byteOffset, length / 2);
    case 4:
      return new Uint32Array(buffer, byteOffset, length / 4);
    default:
      return new BigUint64Array(buffer, byteOffset, length / 8);
  }
}

function view(bytes: Uint8Array, dataType: Layout['dataType']): Samples {
  const { buffer, byteOffset, length } = bytes;
  switch (dataType) {
    case 'uint8':
      return bytes;
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length / 2);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length / 2);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length / 4);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length / 4);
    case 'float32':
      return new Float32Array(buffer, byteOffset, length / 4);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length / 8);
  }
}

interface PackedBits {
  readonly bits: number;
  readonly rowLength: number;
  readonly rows: number;
  readonly dataType: Layout['dataType'];
  readonly littleEndian: boolean;
}

/** Samples of any number of bits, highest first, each row starting on a byte. */
function unpackBits(bytes: Uint8Array, packed: PackedBits): Samples {
  const { bits, rowLength, rows, dataType, littleEndian } = packed;
  const length = rowLength * rows;
  const out =
    dataType === 'uint8'
      ? new Uint8Array(length)
      : dataType === 'uint16'
        ? new Uint16Array(length)
        : new Uint32Array(length);
  const stride = Math.ceil((rowLength * bits) / 8);
  if (bits === 24) {
    // GDAL packs them highest byte first, and libtiff turns that round in big-endian files.
    const [low, high] = littleEndian ? [2, 0] : [0, 2];
    for (let i = 0, at = 0; i < length; i++, at += 3) {
      out[i] = bytes[at + low] + bytes[at + 1] * 256 + bytes[at + high] * 65536;
    }
    return out;
  }
  for (let row = 0; row < rows; row++) {
    let at = row * stride;
    let value = 0;
    let held = 0;
    for (let i = row * rowLength, end = i + rowLength; i < end; i++) {
      // Multiplications, because up to 39 bits are held at once.
      while (held < bits) {
        value = value * 256 + bytes[at++];
        held += 8;
      }
      held -= bits;
      const scale = 2 ** held;
      const sample = Math.floor(value / scale);
      out[i] = sample;
      value -= sample * scale;
    }
  }
  return out;
}

/** IEEE 754 binary16 to binary32. */
function widenHalves(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const h = halves[i];
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    if (exponent === 0) out[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) out[i] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else out[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return out;
}
