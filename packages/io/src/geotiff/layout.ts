/** How the samples of one TIFF image are stored, checked before anything is allocated for them. */

import { type DataType, InputError } from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import type { Directory } from './ifd-read.js';
import { COMPRESSION_NAMES, PHOTOMETRIC, TAG } from './tags.js';

/** No block may decode to more than this. */
const MOST_BLOCK_BYTES = 2 ** 30;
/** Uncompressed strips are read in pieces of about this many bytes. */
const PIECE_BYTES = 1 << 18;

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly dataType: DataType;
  /** Bits a sample as stored; 16 with `half` is half-precision. */
  readonly bits: number;
  readonly half: boolean;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  readonly interleave: 'pixel' | 'band';
  readonly tiled: boolean;
  /** Block size as the file states it. */
  readonly stated: readonly [height: number, width: number];
  /** Block size that is read: uncompressed strips may be cut into pieces. */
  readonly blockHeight: number;
  readonly blockWidth: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Samples that stand together in a block: all with pixel interleave, else 1. */
  readonly perBlock: number;
  readonly offsets: Float64Array;
  readonly byteCounts: Float64Array;
}

/** Bytes a row of a block takes once decoded; packed bits are padded to a byte a row. */
export function rowBytes(layout: Layout): number {
  return Math.ceil((layout.blockWidth * layout.perBlock * layout.bits) / 8);
}

/** Rows that the block at `blockRow` holds: the last strip is shorter, the last tile is not. */
export function blockRows(layout: Layout, blockRow: number): number {
  if (layout.tiled) return layout.blockHeight;
  return Math.min(layout.blockHeight, layout.height - blockRow * layout.blockHeight);
}

/** Reads and checks the storage of an image; an InputError where it can't be read. */
export async function readLayout(source: ByteSource, directory: Directory): Promise<Layout> {
  const { name } = source;
  const refuse = (expected: string, got: string) =>
    new InputError(
      `${name}: expected ${expected}, got ${got}; the file is damaged, or rewrite it with gdal_translate.`,
    );
  const width = await directory.number(TAG.imageWidth, 0);
  const height = await directory.number(TAG.imageLength, 0);
  const samples = await directory.number(TAG.samplesPerPixel, 1);
  if (!isCount(width) || !isCount(height)) {
    throw refuse('an image of 1 to 2147483647 pixels a side', `${width} x ${height}`);
  }
  if (!(samples >= 1 && samples <= 65535)) throw refuse('1 to 65535 bands', `${samples}`);

  const { bits, half, dataType } = await sampleType(name, directory);
  const compression = await directory.number(TAG.compression, 1);
  const predictor = await directory.number(TAG.predictor, 1);
  checkCoding({ name, compression, predictor, bits });

  const tiled = directory.has(TAG.tileWidth) || directory.has(TAG.tileOffsets);
  const blockWidth = tiled ? await directory.number(TAG.tileWidth, 0) : width;
  const rows = tiled
    ? await directory.number(TAG.tileLength, 0)
    : Math.min(await directory.number(TAG.rowsPerStrip, height), height);
  if (!isCount(blockWidth) || !isCount(rows)) {
    throw refuse('blocks of at least one pixel', `${blockWidth} x ${rows}`);
  }
  const interleave = (await directory.number(TAG.planarConfiguration, 1)) === 2 ? 'band' : 'pixel';
  const perBlock = interleave === 'pixel' ? samples : 1;
  const blocksAcross = Math.ceil(width / blockWidth);
  const blocksDown = Math.ceil(height / rows);
  const blocks = blocksAcross * blocksDown * (samples / perBlock);
  const offsets = await directory.numbers(tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const byteCounts = await directory.numbers(tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  if (offsets.length < blocks) throw refuse(`${blocks} block offsets`, `${offsets.length}`);

  const layout: Layout = {
    width,
    height,
    samples,
    dataType,
    bits,
    half,
    photometric: await directory.number(TAG.photometric, PHOTOMETRIC.minIsBlack),
    compression,
    predictor,
    interleave,
    tiled,
    stated: [rows, blockWidth],
    blockHeight: rows,
    blockWidth,
    blocksAcross,
    blocksDown,
    perBlock,
    offsets,
    byteCounts,
  };
  if (byteCounts.length < blocks) {
    // Some old writers leave the counts out where nothing is compressed.
    if (compression !== 1) throw refuse(`${blocks} block sizes`, `${byteCounts.length}`);
    const filled = Float64Array.from(offsets, (offset, i) =>
      offset > 0
        ? rowBytes(layout) * blockRows(layout, Math.floor(i / blocksAcross) % blocksDown)
        : 0,
    );
    return finish(source, { ...layout, byteCounts: filled }, blocks);
  }
  return finish(source, layout, blocks);
}

function finish(source: ByteSource, layout: Layout, blocks: number): Layout {
  const { name, size } = source;
  for (let i = 0; i < blocks; i++) {
    const end = layout.offsets[i] + layout.byteCounts[i];
    if (end > size) {
      throw new InputError(
        `${name}: expected at least ${end} bytes, got ${size}; the file is truncated, fetch it again.`,
      );
    }
  }
  const cut = cutStrips(layout);
  const bytes = rowBytes(cut) * cut.blockHeight;
  if (bytes > MOST_BLOCK_BYTES) {
    throw new InputError(
      `${name}: expected blocks of at most ${MOST_BLOCK_BYTES} bytes, got ${bytes}; rewrite it with gdal_translate -co TILED=YES.`,
    );
  }
  return cut;
}

/** Uncompressed strips of many rows as strips of few: no need to read all for a window. */
function cutStrips(layout: Layout): Layout {
  const { tiled, compression, blockHeight, blocksDown, height, offsets, byteCounts } = layout;
  const row = rowBytes(layout);
  const rows = Math.max(1, Math.floor(PIECE_BYTES / row));
  if (tiled || compression !== 1 || rows >= blockHeight) return layout;
  // Pieces must line up with strips: only a lone strip a band, or a height that divides.
  let pieceRows = rows;
  if (blocksDown > 1) while (blockHeight % pieceRows !== 0) pieceRows--;
  const pieces = Math.ceil(height / pieceRows);
  const planes = layout.samples / layout.perBlock;
  if (pieces * planes > 1 << 24) return layout;
  const each = Math.ceil(blockHeight / pieceRows);
  const newOffsets = new Float64Array(pieces * planes);
  const newCounts = new Float64Array(pieces * planes);
  for (let plane = 0; plane < planes; plane++) {
    for (let p = 0; p < pieces; p++) {
      const strip = plane * blocksDown + Math.floor(p / each);
      const before = (p % each) * pieceRows * row;
      const at = plane * pieces + p;
      if (offsets[strip] === 0 && byteCounts[strip] === 0) continue;
      newOffsets[at] = offsets[strip] + before;
      const wanted = Math.min(pieceRows, height - p * pieceRows) * row;
      newCounts[at] = Math.max(1, Math.min(wanted, byteCounts[strip] - before));
    }
  }
  return {
    ...layout,
    blockHeight: pieceRows,
    blocksDown: pieces,
    offsets: newOffsets,
    byteCounts: newCounts,
  };
}

const isCount = (value: number) => value >= 1 && value <= 0x7fffffff;

async function sampleType(
  name: string,
  directory: Directory,
): Promise<{ bits: number; half: boolean; dataType: DataType }> {
  const allBits = await directory.numbers(TAG.bitsPerSample, 65535);
  const bits = allBits.length > 0 ? allBits[0] : 1;
  const formats = await directory.numbers(TAG.sampleFormat, 65535);
  const format = formats.length > 0 ? formats[0] : 1;
  const refuse = (got: string) =>
    new InputError(
      `${name}: expected samples of 1 to 32 bits, int8 to int32, float16, float32 or float64, the same for all bands, got ${got}; convert it with gdal_translate -ot Float32.`,
    );
  if (allBits.some((b) => b !== bits) || formats.some((f) => f !== format)) {
    throw refuse('bands of different types');
  }
  if (format === 1 || format === 4) {
    if (!(bits >= 1 && bits <= 32)) throw refuse(`${bits} bits unsigned`);
    return { bits, half: false, dataType: bits <= 8 ? 'uint8' : bits <= 16 ? 'uint16' : 'uint32' };
  }
  if (format === 2) {
    if (bits !== 8 && bits !== 16 && bits !== 32) throw refuse(`${bits} bits signed`);
    return { bits, half: false, dataType: `int${bits}` };
  }
  if (format === 3) {
    if (bits === 16) return { bits, half: true, dataType: 'float32' };
    if (bits !== 32 && bits !== 64) throw refuse(`${bits} bits floating point`);
    return { bits, half: false, dataType: `float${bits}` };
  }
  throw refuse(format === 5 || format === 6 ? 'complex numbers' : `sample format ${format}`);
}

const READABLE = new Set([1, 5, 7, 8, 32773, 32946, 34887, 50000, 50001]);

function checkCoding(coding: {
  name: string;
  compression: number;
  predictor: number;
  bits: number;
}): void {
  const { name, compression, predictor, bits } = coding;
  if (!READABLE.has(compression)) {
    throw new InputError(
      `${name}: expected compression none, lzw, deflate, packbits, zstd, lerc, jpeg or webp, got ${COMPRESSION_NAMES[compression] ?? compression}; convert it with gdal_translate -co COMPRESS=DEFLATE.`,
    );
  }
  const plain = bits === 8 || bits === 16 || bits === 32;
  const fits = predictor === 1 || (predictor === 2 && (plain || bits === 64)) || predictor === 3;
  if (!fits) {
    throw new InputError(
      `${name}: expected predictor 1, 2 or 3 that fits ${bits} bits, got ${predictor}; convert it with gdal_translate -co PREDICTOR=1.`,
    );
  }
}
