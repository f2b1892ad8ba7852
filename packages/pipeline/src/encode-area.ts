/** Cuts the samples of an area into the tiles of the output file and compresses them. */

import type { RasterInfo, Samples } from '@bandweave/image';
import { type Coded, encodeTile } from '@bandweave/io';
import type { Area } from './job.js';

/** What the open output file says of itself: all that encoding a tile takes. */
export interface Encoding {
  readonly info: RasterInfo;
  readonly coded: Coded;
}

export interface EncodedTile {
  readonly row: number;
  readonly col: number;
  readonly bytes: Uint8Array;
}

/**
 * The tiles of an area that begins on a tile's corner and ends on one or at the raster's edge.
 *
 * @param samples [bands, rows, cols] of the area
 */
export function encodeArea(
  samples: Samples,
  { rows, cols }: Area,
  { info, coded }: Encoding,
): EncodedTile[] {
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const raster = { bands: info.bands, height, width, data: samples };
  const window = { row: rows.start, col: cols.start, height, width };
  const tiles: EncodedTile[] = [];
  for (let y = rows.start; y < rows.end; y += coded.tile) {
    for (let x = cols.start; x < cols.end; x += coded.tile) {
      const row = y / coded.tile;
      const col = x / coded.tile;
      tiles.push({ row, col, bytes: encodeTile(raster, window, { info, coded, row, col }) });
    }
  }
  return tiles;
}
