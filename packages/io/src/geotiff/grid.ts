/** The tiles of one image that is being written, and how a window's pixels fall into them. */

import { allocate, type DataType, type Raster, type Samples, type Window } from '@bandweave/image';
import { interleave, sameBits } from './moved-samples.js';

export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dataType: DataType;
  readonly tile: number;
  /** Bands that stand together in a block: all, or 1. */
  readonly perBlock: number;
  readonly across: number;
  readonly down: number;
  /** What pixels are that nobody writes. */
  readonly fill: number;
}

export function makeGrid(
  facts: Omit<Grid, 'perBlock' | 'across' | 'down'> & { interleave: 'pixel' | 'band' },
): Grid {
  const { interleave, ...rest } = facts;
  return {
    ...rest,
    perBlock: interleave === 'pixel' ? facts.bands : 1,
    across: Math.ceil(facts.width / facts.tile),
    down: Math.ceil(facts.height / facts.tile),
  };
}

/** Number of blocks: every plane's tiles in row-major order. */
export function blockCount({ across, down, bands, perBlock }: Grid): number {
  return (across * down * bands) / perBlock;
}

/** The pixels of the tile that lie inside the image. */
export function tileWindow({ tile, width, height }: Grid, row: number, col: number): Window {
  return {
    row: row * tile,
    col: col * tile,
    height: Math.min(tile, height - row * tile),
    width: Math.min(tile, width - col * tile),
  };
}

/** The part that two windows share; undefined without one. */
export function intersect(a: Window, b: Window): Window | undefined {
  const row = Math.max(a.row, b.row);
  const col = Math.max(a.col, b.col);
  const height = Math.min(a.row + a.height, b.row + b.height) - row;
  const width = Math.min(a.col + a.width, b.col + b.width) - col;
  return height > 0 && width > 0 ? { row, col, height, width } : undefined;
}

/** An empty block, filled where zero is not what empty means. */
export function emptyBlock({ tile, perBlock, dataType, fill }: Grid): Samples {
  const samples = allocate(dataType, tile * tile * perBlock);
  if (fill !== 0) samples.fill(fill);
  return samples;
}

/**
 * Copies the pixels `part` of a raster that covers `window` into the block of tile (row, col)
 * and the given plane (first band of the block).
 */
export function copyIntoBlock(
  { tile, perBlock }: Grid,
  { raster, window, part }: { raster: Raster; window: Window; part: Window },
  { samples, row, col, plane }: { samples: Samples; row: number; col: number; plane: number },
): void {
  const from = sameBits(raster.data);
  const to = sameBits(samples);
  const place = { step: perBlock, count: part.width, plane: window.height * window.width };
  for (let y = 0; y < part.height; y++) {
    const inWindow = (plane * window.height + part.row + y - window.row) * window.width;
    const start = inWindow + part.col - window.col;
    const at = ((part.row + y - row * tile) * tile + part.col - col * tile) * perBlock;
    if (perBlock === 1) to.set(from.subarray(start, start + part.width), at);
    else interleave({ from, start }, { to, at }, place);
  }
}
