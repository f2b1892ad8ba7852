/** A finished tile straight from a window: what worker threads hand to `writeEncodedBlock`. */

import type { Raster, RasterInfo, Window } from '@bandweave/image';
import { encodeBlock } from './encode.js';
import { fillValue } from './fill-value.js';
import { copyIntoBlock, emptyBlock, intersect, makeGrid, tileWindow } from './grid.js';
import type { Coded } from './write-options.js';

export interface TileOptions {
  readonly info: RasterInfo;
  /** As the sink states it. */
  readonly coded: Coded;
  readonly row: number;
  readonly col: number;
  /** First band of the block: 0 with pixel interleave. */
  readonly plane?: number;
}

/**
 * The bytes of tile (row, col), whose pixels `raster` must all hold; synchronous. Pixels that
 * the raster's mask strikes out must hold nodata already.
 */
export function encodeTile(raster: Raster, window: Window, options: TileOptions): Uint8Array {
  const { info, coded, row, col, plane = 0 } = options;
  const { width, height, bands, dataType } = info;
  const { tile, interleave } = coded;
  const fill = fillValue(info);
  const grid = makeGrid({ width, height, bands, dataType, tile, interleave, fill });
  const whole = tileWindow(grid, row, col);
  const part = intersect(whole, window);
  if (part?.height !== whole.height || part.width !== whole.width) {
    throw new RangeError(
      `encodeTile: expected a window that covers tile ${row}, ${col}, got ${window.height} x ${window.width} at row ${window.row}, column ${window.col}; widen it.`,
    );
  }
  const samples = emptyBlock(grid);
  copyIntoBlock(grid, { raster, window, part }, { samples, row, col, plane });
  return encodeBlock(samples, { ...coded, stride: grid.perBlock, rowLength: tile * grid.perBlock });
}
