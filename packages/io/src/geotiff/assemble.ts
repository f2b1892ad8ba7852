/** Copies what a window needs of one block into [bands, height, width]. */

import type { Samples, Window } from '@bandweave/image';
import type { Layout } from './layout.js';
import { sameBits, separate } from './moved-samples.js';

export interface Target {
  readonly data: Samples;
  readonly window: Window;
  /** Bands of the file, in the order of the target's. */
  readonly bands: readonly number[];
}

/** Numbers of the blocks that hold any part of the window for these bands. */
export function blocksOf(layout: Layout, window: Window, bands: readonly number[]): number[] {
  const { blockHeight, blockWidth, blocksAcross, blocksDown, perBlock } = layout;
  const firstRow = Math.floor(window.row / blockHeight);
  const lastRow = Math.floor((window.row + window.height - 1) / blockHeight);
  const firstCol = Math.floor(window.col / blockWidth);
  const lastCol = Math.floor((window.col + window.width - 1) / blockWidth);
  const planes = perBlock > 1 ? [0] : [...new Set(bands)];
  const blocks: number[] = [];
  for (const plane of planes) {
    for (let row = firstRow; row <= lastRow; row++) {
      for (let col = firstCol; col <= lastCol; col++) {
        blocks.push((plane * blocksDown + row) * blocksAcross + col);
      }
    }
  }
  return blocks;
}

/** The overlap of a block and a window: rows and columns of the image. */
function overlap(layout: Layout, block: number, { row, col, height, width }: Window) {
  const { blockHeight, blockWidth, blocksAcross, blocksDown, perBlock } = layout;
  const perPlane = blocksAcross * blocksDown;
  const plane = Math.floor(block / perPlane);
  const top = Math.floor((block % perPlane) / blocksAcross) * blockHeight;
  const left = (block % blocksAcross) * blockWidth;
  return {
    band: perBlock > 1 ? -1 : plane,
    top,
    left,
    firstRow: Math.max(top, row),
    endRow: Math.min(top + blockHeight, row + height, layout.height),
    firstCol: Math.max(left, col),
    endCol: Math.min(left + blockWidth, col + width, layout.width),
  };
}

/** Copies a block's share of the target; without samples that share becomes `fill`. */
export function copyBlock(
  layout: Layout,
  { block, samples, fill }: { block: number; samples: Samples | undefined; fill: number },
  { data, window, bands }: Target,
): void {
  const { band, top, left, firstRow, endRow, firstCol, endCol } = overlap(layout, block, window);
  const count = endCol - firstCol;
  if (count <= 0) return;
  const { perBlock, blockWidth } = layout;
  const from = samples && sameBits(samples);
  const to = sameBits(data);
  if (from && perBlock > 1) {
    const place = { step: perBlock, count, plane: window.height * window.width };
    for (let row = firstRow; row < endRow; row++) {
      const start = ((row - top) * blockWidth + firstCol - left) * perBlock;
      const at = (row - window.row) * window.width + firstCol - window.col;
      separate({ from, start }, { to, at }, bands, place);
    }
    return;
  }
  for (let k = 0; k < bands.length; k++) {
    if (band >= 0 && bands[k] !== band) continue;
    for (let row = firstRow; row < endRow; row++) {
      const at = (k * window.height + row - window.row) * window.width + firstCol - window.col;
      const start = (row - top) * blockWidth + firstCol - left;
      if (from) to.set(from.subarray(start, start + count), at);
      else if (fill !== 0) data.fill(fill, at, at + count);
    }
  }
}
