/** Parts of a scene brought one scale down, with their truth: what `auto` judges methods by. */

import type { Raster, RasterSource, Window } from '@bandweave/image';
import type { Alignment } from '../align.js';
import { completeMask } from '../regions.js';
import { reduceMs } from '../simulate/reduce-ms.js';
import { reducePan } from '../simulate/reduce-pan.js';

export interface SamplePair {
  /** [1, height, width] */
  readonly pan: Raster<Float64Array>;
  /** [bands, height / ratio, width / ratio] */
  readonly ms: Raster<Float64Array>;
  /** [bands, height, width]: MS as it came. */
  readonly reference: Raster;
}

/** Side of a part in MS pixels, and how many there are at most on each axis. */
const SIDE = 384;
const PARTS = 2;

/**
 * Windows of MS: the whole scene where it is at most 384 pixels on a side, else up to four such
 * windows, spread evenly; always the same ones.
 */
export function sampleParts(
  { height, width }: { readonly height: number; readonly width: number },
  ratio: number,
): Window[] {
  const spans = (size: number) => {
    const most = Math.floor(SIDE / ratio) * ratio;
    const length = Math.min(most, Math.floor(size / ratio) * ratio);
    const count = size <= most + ratio ? 1 : Math.min(PARTS, Math.ceil(size / length));
    if (count === 1) return [{ start: (size - length) >> 1, length }];
    // Thirds of what is left over before, between and after.
    const gap = Math.max(0, size - count * length) / (count + 1);
    return Array.from({ length: count }, (_, i) => ({
      start: Math.min(size - length, Math.round(gap + i * (length + gap))),
      length,
    }));
  };
  return spans(height).flatMap((rows) =>
    spans(width).map((cols) => ({
      row: rows.start,
      col: cols.start,
      height: rows.length,
      width: cols.length,
    })),
  );
}

export interface SampleRequest {
  readonly window: Window;
  readonly alignment: Alignment;
  readonly ratio: number;
  readonly gains: readonly number[];
  /** Replaces what the files say. */
  readonly nodata?: number | 'none' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Wald's protocol on one window of MS and the PAN under it. */
export async function samplePair(
  { pan, ms }: { readonly pan: RasterSource; readonly ms: RasterSource },
  { window, alignment, ratio, gains, nodata, signal }: SampleRequest,
): Promise<SamplePair> {
  const how = signal ? { signal } : {};
  const { rows, cols, offset } = alignment;
  const down = panSpan(window.row, window.height, {
    ratio: rows.ratio,
    offset: offset[0],
    size: pan.info.height,
  });
  const across = panSpan(window.col, window.width, {
    ratio: cols.ratio,
    offset: offset[1],
    size: pan.info.width,
  });
  const onPan = {
    row: down.start,
    col: across.start,
    height: down.length,
    width: across.length,
  };
  const [reference, fine] = (await Promise.all([ms.read(window, how), pan.read(onPan, how)])).map(
    (raster) => completeMask(raster, nodata),
  );
  return {
    pan: reducePan(fine, {
      rows: { ratio: rows.ratio, offset: down.offset, length: window.height },
      cols: { ratio: cols.ratio, offset: across.offset, length: window.width },
    }),
    ms: reduceMs(reference, { ratio, gains }),
    reference,
  };
}

/** PAN pixels under a stretch of MS with what the cubic kernel reaches, and where MS begins in it. */
function panSpan(
  start: number,
  length: number,
  { ratio, offset, size }: { ratio: number; offset: number; size: number },
): { start: number; length: number; offset: number } {
  const from = offset + start * ratio;
  const reach = Math.ceil(2 * ratio) + 1;
  const first = Math.min(size - 1, Math.max(0, Math.floor(from) - reach));
  const end = Math.min(size, Math.ceil(from + length * ratio) + reach);
  return { start: first, length: Math.max(1, end - first), offset: from - first };
}
