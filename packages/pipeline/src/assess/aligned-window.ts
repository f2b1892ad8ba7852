/** A window of a fused image with the pair that it was made of, all on one grid. */

import { cutWindow, findMethod, makeScene, msSpans, type Scene } from '@bandweave/fusion';
import { affine, type Raster, type RasterSource, type Window } from '@bandweave/image';
import { alignGrids } from '../align.js';

/** Open images: PAN of one band, MS with all its bands. */
export interface FusedPair {
  readonly fused: RasterSource;
  readonly pan: RasterSource;
  readonly ms: RasterSource;
}

/** How the three lie to each other. */
export interface AlignedPair {
  /** MS under the fused image's grid. */
  readonly scene: Scene;
  /** Fused pixel (0, 0) in PAN pixels. */
  readonly origin: { readonly row: number; readonly col: number };
  readonly messages: readonly string[];
}

/** @throws InputError where the pair cannot be aligned */
export function alignFused({ fused, pan, ms }: FusedPair, msGains: readonly number[]): AlignedPair {
  const aligned = alignGrids(pan, ms);
  const origin = originOn(pan, fused);
  const axis = (ratio: number, offset: number, start: number) => ({
    ratio,
    phase: offset + ratio / 2 - 0.5 - start,
  });
  const scene = makeScene({
    bands: ms.info.bands,
    height: fused.info.height,
    width: fused.info.width,
    msHeight: ms.info.height,
    msWidth: ms.info.width,
    rows: axis(aligned.rows.ratio, aligned.offset[0], origin.row),
    cols: axis(aligned.cols.ratio, aligned.offset[1], origin.col),
    msGains,
  });
  return { scene, origin, messages: aligned.messages };
}

/** Whole PAN pixels from PAN's corner to the fused image's; 0 without georeference. */
function originOn(pan: RasterSource, fused: RasterSource): { row: number; col: number } {
  const { transform: from } = pan.info;
  const { transform: to } = fused.info;
  if (!from || !to) return { row: 0, col: 0 };
  const [, , col, , , row] = affine.compose(affine.invert(from), to);
  return { row: Math.round(row) + 0, col: Math.round(col) + 0 };
}

export interface AlignedWindow {
  readonly fused: Raster;
  readonly pan: Raster;
  /** What of MS the window needs, on its own grid. */
  readonly ms: Raster;
  /** MS enlarged to the window: [bands, height, width]. */
  readonly expanded: Raster;
}

/**
 * Reads a window of the fused image, PAN under it and MS enlarged to it.
 *
 * @throws RangeError or InputError where the window reaches outside PAN
 */
export async function readAligned(
  { fused, pan, ms }: FusedPair,
  { window, pair: { scene, origin } }: { readonly window: Window; readonly pair: AlignedPair },
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<AlignedWindow> {
  const spans = {
    rows: { start: window.row, end: window.row + window.height },
    cols: { start: window.col, end: window.col + window.width },
  };
  const need = msSpans(spans, scene);
  const onMs = {
    row: need.rows.start,
    col: need.cols.start,
    height: need.rows.end - need.rows.start,
    width: need.cols.end - need.cols.start,
  };
  const onPan = { ...window, row: window.row + origin.row, col: window.col + origin.col };
  const how = signal ? { signal } : {};
  const [fusedRaster, panRaster, msRaster] = await Promise.all([
    fused.read(window, how),
    pan.read(onPan, how),
    ms.read(onMs, how),
  ]);
  const { exp, mask } = cutWindow(
    {
      pan: { raster: panRaster, row: window.row, col: window.col },
      ms: { raster: msRaster, row: onMs.row, col: onMs.col },
    },
    spans,
    { scene, method: findMethod('exp'), float: 'float64' },
  );
  const { height, width } = window;
  const expanded = { bands: scene.bands, height, width, data: exp, ...(mask ? { mask } : {}) };
  return { fused: fusedRaster, pan: panRaster, ms: msRaster, expanded };
}
