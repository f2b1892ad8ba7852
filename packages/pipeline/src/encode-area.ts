/** Cuts the samples of an area into the tiles of the output file and compresses them. */

import type { RasterInfo, Samples } from '@bandweave/image';
import { type Coded, encodeTile } from '@bandweave/io';
import type { FusedSamples } from './area-runner.js';
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

/** The output, and the file of means and deviations where there is one. */
export interface Encodings {
  readonly fused: Encoding;
  readonly uncertainty?: Encoding;
}

/** What an area comes to, cut into tiles. */
export function encoded(
  { samples, valid, uncertainty }: FusedSamples,
  area: Area,
  encodings: Encodings,
): {
  readonly tiles: EncodedTile[];
  readonly valid: number;
  readonly uncertainty?: EncodedTile[];
} {
  const tiles = encodeArea(samples, area, encodings.fused);
  if (!uncertainty || !encodings.uncertainty) return { tiles, valid };
  return { tiles, valid, uncertainty: encodeArea(uncertainty, area, encodings.uncertainty) };
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
