/** One size of a raster that is being written: its image, and its mask where it has one. */

import {
  allocate,
  type Raster,
  type RasterInfo,
  type Samples,
  type Window,
} from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { type BlockStore, nothingPlaced, type Placed } from './block-store.js';
import { BlockWriter } from './block-writer.js';
import { BlockReader } from './blocks.js';
import { encodeBlockLater } from './encode.js';
import { blockCount, type Grid, makeGrid } from './grid.js';
import type { InFlight } from './in-flight.js';
import type { Layout } from './layout.js';
import { maskFromSamples } from './mask.js';
import { readSamples } from './read-samples.js';
import type { Coded } from './write-options.js';

export interface LevelImage {
  readonly grid: Grid;
  readonly placed: Placed;
  /** Bits a sample as stored: 1 for masks. */
  readonly bits: number;
}

export interface Level {
  readonly image: LevelImage;
  readonly mask?: LevelImage;
}

/** Masks are bits, and bits pack well whatever the pixels do. */
export const MASK_CODING = { compression: 'deflate', predictor: 1, level: 6 } as const;

/** A level of this size with nothing in it. */
export function makeLevel(
  info: RasterInfo,
  { width, height }: { width: number; height: number },
  { coded, fill }: { coded: Coded; fill: number },
): Level {
  const { bands, dataType } = info;
  const { tile, interleave } = coded;
  const grid = makeGrid({ width, height, bands, dataType, tile, interleave, fill });
  const image = {
    grid,
    placed: nothingPlaced(blockCount(grid)),
    bits: 8 * allocate(dataType, 0).BYTES_PER_ELEMENT,
  };
  if (info.maskKind !== 'mask') return { image };
  const maskGrid = makeGrid({
    ...{ width, height, tile, fill: 0 },
    bands: 1,
    dataType: 'uint8',
    interleave: 'pixel',
  });
  return {
    image,
    mask: { grid: maskGrid, placed: nothingPlaced(blockCount(maskGrid)), bits: 1 },
  };
}

export interface LevelWriter {
  readonly image: BlockWriter;
  readonly mask?: BlockWriter;
  write(window: Window, raster: Raster): Promise<void>;
  flush(): Promise<void>;
}

interface WriterParts {
  readonly store: BlockStore;
  readonly queue: InFlight;
  readonly coded: Coded;
  readonly onStored?: (image: 'image' | 'mask', block: number) => Promise<void>;
}

/** Writes windows of pixels and mask into a level. */
export function levelWriter(level: Level, parts: WriterParts): LevelWriter {
  const { store, queue, coded, onStored } = parts;
  const { grid } = level.image;
  const { compression, predictor, level: effort } = coded;
  const stride = grid.perBlock;
  const coding = { compression, predictor, level: effort, stride, rowLength: grid.tile * stride };
  const image = new BlockWriter({
    ...level.image,
    store,
    queue,
    encode: (samples) => encodeBlockLater(samples, coding),
    ...(onStored ? { onStored: (block) => onStored('image', block) } : {}),
  });
  if (!level.mask) {
    return { image, write: (w, raster) => image.write(w, raster), flush: () => image.flush() };
  }
  const mask = new BlockWriter({
    ...level.mask,
    store,
    queue,
    encode: (samples) =>
      encodeBlockLater(packMask(samples as Uint8Array), {
        ...MASK_CODING,
        stride: 1,
        rowLength: 1,
      }),
    ...(onStored ? { onStored: (block) => onStored('mask', block) } : {}),
  });
  return {
    image,
    mask,
    async write(window, raster) {
      const { height, width } = window;
      const data = raster.mask ?? new Uint8Array(height * width).fill(1);
      await image.write(window, raster);
      await mask.write(window, { bands: 1, height, width, data });
    },
    async flush() {
      await image.flush();
      await mask.flush();
    },
  };
}

/** A byte a pixel to a bit a pixel, highest first; tiles are whole bytes wide. */
function packMask(samples: Uint8Array): Uint8Array {
  const bits = new Uint8Array(samples.length / 8);
  for (let i = 0; i < samples.length; i++) if (samples[i]) bits[i >> 3] |= 0x80 >> (i & 7);
  return bits;
}

/** Reads windows of a level that has been written. */
export function levelReader(source: ByteSource, { image, mask }: Level, coded: Coded) {
  const layout = layoutOf(image, coded);
  const reader = readerOf(source, layout);
  const maskLayout = mask && layoutOf(mask, { ...coded, ...MASK_CODING });
  const maskReader = maskLayout && readerOf(source, maskLayout);
  const bands = Array.from({ length: image.grid.bands }, (_, band) => band);
  return async (window: Window): Promise<Raster> => {
    const { height, width } = window;
    const data: Samples = await readSamples({ layout, reader, fill: image.grid.fill }, window, {
      bands,
    });
    const raster = { bands: bands.length, height, width, data };
    if (!maskLayout || !maskReader) return raster;
    const bits = await readSamples({ layout: maskLayout, reader: maskReader, fill: 0 }, window, {
      bands: [0],
    });
    const valid = maskFromSamples(bits);
    return valid ? { ...raster, mask: valid } : raster;
  };
}

function readerOf(source: ByteSource, layout: Layout): BlockReader {
  const { compression } = layout;
  return new BlockReader({ source, layout, littleEndian: true, coding: { compression } }, 0);
}

const TIFF_CODES = { none: 1, lzw: 5, deflate: 8, zstd: 50000 } as const;

function layoutOf(
  { grid, placed, bits }: LevelImage,
  { compression, predictor }: Pick<Coded, 'compression' | 'predictor'>,
): Layout {
  return {
    width: grid.width,
    height: grid.height,
    samples: grid.bands,
    dataType: grid.dataType,
    bits,
    half: false,
    photometric: 1,
    compression: TIFF_CODES[compression],
    predictor,
    interleave: grid.perBlock < grid.bands ? 'band' : 'pixel',
    tiled: true,
    stated: [grid.tile, grid.tile],
    blockHeight: grid.tile,
    blockWidth: grid.tile,
    blocksAcross: grid.across,
    blocksDown: grid.down,
    perBlock: grid.perBlock,
    ...placed,
  };
}
