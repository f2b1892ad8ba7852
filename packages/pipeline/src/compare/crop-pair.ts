/** The middle of a pair, as files: both cut along MS pixels, so that their phase stays what it was. */

import { join } from 'node:path';
import { affine, type RasterInfo, type RasterSource, type Window } from '@bandweave/image';
import { alignGrids } from '../align.js';
import type { RunOptions } from '../fuse-options.js';
import { writeRaster } from '../simulate/write-raster.js';

export interface CroppedPair {
  readonly pan: string;
  readonly ms: string;
}

/**
 * Writes `pan.tif` and `ms.tif` of the middle, at most `side` PAN pixels on a side, into `folder`;
 * undefined where the pair is no larger than that.
 */
export async function cropPair(
  { pan, ms }: { readonly pan: RasterSource; readonly ms: RasterSource },
  folder: string,
  { side, signal }: { readonly side: number } & Pick<RunOptions, 'signal'>,
): Promise<CroppedPair | undefined> {
  if (pan.info.height <= side && pan.info.width <= side) return undefined;
  const { rows, cols, offset } = alignGrids(pan, ms);
  const down = middle(side / rows.ratio, ms.info.height);
  const across = middle(side / cols.ratio, ms.info.width);
  const onMs: Window = {
    row: down.start,
    col: across.start,
    height: down.length,
    width: across.length,
  };
  const panRows = under(down, { ratio: rows.ratio, offset: offset[0], size: pan.info.height });
  const panCols = under(across, { ratio: cols.ratio, offset: offset[1], size: pan.info.width });
  const onPan: Window = {
    row: panRows.start,
    col: panCols.start,
    height: panRows.length,
    width: panCols.length,
  };
  const paths = { pan: join(folder, 'pan.tif'), ms: join(folder, 'ms.tif') };
  await writeWindow(pan, onPan, { path: paths.pan, signal });
  await writeWindow(ms, onMs, { path: paths.ms, signal });
  return paths;
}

interface Stretch {
  readonly start: number;
  readonly length: number;
}

function middle(wanted: number, size: number): Stretch {
  const length = Math.max(1, Math.min(size, Math.floor(wanted)));
  return { start: (size - length) >> 1, length };
}

/** Whole PAN pixels under MS pixels. */
function under(
  { start, length }: Stretch,
  { ratio, offset, size }: { ratio: number; offset: number; size: number },
): Stretch {
  const from = Math.max(0, Math.round(offset + start * ratio));
  const to = Math.min(size, Math.round(offset + (start + length) * ratio));
  return { start: from, length: Math.max(1, to - from) };
}

async function writeWindow(
  source: RasterSource,
  window: Window,
  { path, signal }: { path: string; signal: AbortSignal | undefined },
): Promise<void> {
  const raster = await source.read(window, signal ? { signal } : {});
  await writeRaster(path, { raster, info: movedInfo(source.info, window) });
}

/** With its own corner; without a geotransform in pixels, so that the pair stays aligned. */
function movedInfo(info: RasterInfo, { row, col, height, width }: Window): RasterInfo {
  const { rpc, gcps, transform, ...rest } = info;
  const moved = transform && affine.compose(transform, [1, 0, col, 0, 1, row]);
  return { ...rest, height, width, ...(moved ? { transform: moved } : {}) };
}
