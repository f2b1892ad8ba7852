/** PAN shrunk to the size of MS and enlarged again by MATLAB's bicubic: PAN at the scale of MS. */

import { imresizeAxis, resamplePlane, type Span } from '@bandweave/image';
import type { FusionWindow, Patch, Scene } from '../method.js';
import { filled } from './filled.js';

/** PAN pixels around a window that this takes, filling of holes included. */
export function bicubicMargin({ ratio }: Scene): number {
  return Math.ceil(8 * Math.max(ratio.rows, ratio.cols)) + 8;
}

/** [height, width] of the window; PAN's border must be symmetric, as MATLAB's is. */
export function bicubicPan(window: FusionWindow, scene: Scene): Float64Array {
  return bicubicLowPass(window, scene, window.panAround);
}

/**
 * The same for one band of any patch around the window.
 *
 * @param options.panExtent where the band lies on the output grid
 */
export function bicubicLowPass(
  window: Pick<FusionWindow, 'rows' | 'cols'>,
  { ratio, panExtent }: Pick<Scene, 'ratio' | 'panExtent'>,
  patch: Patch,
): Float64Array {
  const around = filled(patch, Math.ceil(2 * Math.max(ratio.rows, ratio.cols)));
  const rows = axesOf(window.rows, panExtent.rows, ratio.rows);
  const cols = axesOf(window.cols, panExtent.cols, ratio.cols);
  const coarse = resamplePlane(
    {
      ...around,
      row: around.row - panExtent.rows.start,
      col: around.col - panExtent.cols.start,
    },
    { rows: rows.down, cols: cols.down },
  );
  const fine = resamplePlane(
    {
      data: coarse,
      height: rows.down.length,
      width: cols.down.length,
      row: rows.down.first,
      col: cols.down.first,
    },
    { rows: rows.up, cols: cols.up },
  );
  return fine;
}

/** Shrinking for the coarse samples that enlarging to the span needs, and that enlarging. */
function axesOf({ start, end }: Span, extent: Span, ratio: number) {
  const size = extent.end - extent.start;
  const coarse = Math.ceil(size / ratio - 1e-9);
  const clamp = (value: number) => Math.min(coarse, Math.max(0, value));
  const first = clamp(Math.floor((start - extent.start) / ratio) - 3);
  const last = clamp(Math.ceil((end - extent.start) / ratio) + 3);
  return {
    down: imresizeAxis(size, 1 / ratio, { first, length: last - first }),
    up: imresizeAxis(coarse, ratio, { first: start - extent.start, length: end - start }),
  };
}
