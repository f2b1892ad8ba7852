/** Internal overviews: each level from the one above it, tile by tile, so memory stays small. */

import type { RasterInfo } from '@bandweave/image';
import type { BlockStore } from './block-store.js';
import { tileWindow } from './grid.js';
import { InFlight } from './in-flight.js';
import { type Level, levelReader, levelWriter, makeLevel } from './level.js';
import { reduceByTwo } from './reduce.js';
import type { Coded } from './write-options.js';

/** Blocks that are being encoded while the next are read. */
const AT_ONCE = 8;

interface OverviewParts {
  readonly info: RasterInfo;
  readonly coded: Coded;
  readonly store: BlockStore;
  readonly signal: AbortSignal | undefined;
}

/** Halves until a level fits into one tile; largest first. */
export async function buildOverviews(
  full: Level,
  { info, coded, store, signal }: OverviewParts,
): Promise<Level[]> {
  const levels: Level[] = [];
  const by = coded.overviews;
  if (by === 'none') return levels;
  const { fill } = full.image.grid;
  const nodata = info.maskKind === 'mask' ? undefined : info.nodata;
  for (
    let above = full;
    above.image.grid.width > coded.tile || above.image.grid.height > coded.tile;
  ) {
    const { width, height } = above.image.grid;
    const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
    const level = makeLevel(info, size, { coded, fill });
    const queue = new InFlight(AT_ONCE);
    const writer = levelWriter(level, { store, queue, coded });
    const read = levelReader(store.source(), above, coded);
    const { grid } = level.image;
    for (let row = 0; row < grid.down; row++) {
      for (let col = 0; col < grid.across; col++) {
        signal?.throwIfAborted();
        const window = tileWindow(grid, row, col);
        const raster = await read({
          row: 2 * window.row,
          col: 2 * window.col,
          height: Math.min(2 * window.height, height - 2 * window.row),
          width: Math.min(2 * window.width, width - 2 * window.col),
        });
        await writer.write(window, reduceByTwo(raster, { by, nodata, fill }));
      }
    }
    await queue.drain();
    levels.push(level);
    above = level;
  }
  return levels;
}
