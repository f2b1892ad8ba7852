/** Planes of the guide's grid on the cube's, by the cube's blur, and back by enlargement. */

import { borderIndex, inputSpan, resampleWindow, type Span } from '@bandweave/image';
import { decimatePan } from '../low-pass/coarse-grid.js';
import { mtfDecimation } from '../low-pass/mtf-decimation.js';
import type { Scene } from '../method.js';

export interface CoarseGrid {
  /** [planes, height, width] to [planes, h, w], into the second. */
  reduce(fine: Float64Array, coarse: Float64Array): void;
  /** The other way, by the scene's enlargement, without negative values. */
  enlarge(coarse: Float64Array, fine: Float64Array): void;
}

/** Between the grids of a scene, the blur by the MTF's gain at the cube's Nyquist frequency. */
export function coarseGrid(scene: Scene, gain: number): CoarseGrid {
  const { height, width, msHeight, msWidth } = scene;
  const whole = { rows: { start: 0, end: msHeight }, cols: { start: 0, end: msWidth } };
  const decimation = mtfDecimation(scene, gain);
  const around = {
    rows: inputSpan(decimation.maps.rows, whole.rows),
    cols: inputSpan(decimation.maps.cols, whole.cols),
  };
  const [low, high] = [msHeight * msWidth, height * width];
  return {
    reduce(fine, coarse) {
      for (let k = 0; k < coarse.length / low; k++) {
        const data = fine.subarray(k * high, (k + 1) * high);
        const patch = withEdges({ height, width, data }, around);
        coarse.set(decimatePan(patch, decimation, whole).data, k * low);
      }
    },
    enlarge(coarse, fine) {
      const maps = scene.enlarge;
      const spans = { rows: { start: 0, end: height }, cols: { start: 0, end: width } };
      const near = {
        rows: inputSpan(maps.rows, spans.rows),
        cols: inputSpan(maps.cols, spans.cols),
      };
      for (let k = 0; k < coarse.length / low; k++) {
        const data = coarse.subarray(k * low, (k + 1) * low);
        const out = fine.subarray(k * high, (k + 1) * high);
        const band = withEdges({ height: msHeight, width: msWidth, data }, near);
        resampleWindow(band, maps, { ...spans, out });
        for (let i = 0; i < high; i++) out[i] = Math.max(out[i], 1e-9);
      }
    },
  };
}

/** A band with its edges repeated over a larger rectangle. */
export function withEdges(
  { height, width, data }: { height: number; width: number; data: Float64Array },
  { rows, cols }: { readonly rows: Span; readonly cols: Span },
) {
  const tall = rows.end - rows.start;
  const wide = cols.end - cols.start;
  const out = new Float64Array(tall * wide);
  for (let y = 0, to = 0; y < tall; y++) {
    const from = borderIndex(rows.start + y, height, 'replicate') * width;
    for (let x = 0; x < wide; x++, to++) {
      out[to] = data[from + borderIndex(cols.start + x, width, 'replicate')];
    }
  }
  return { data: out, bands: 1, height: tall, width: wide, row: rows.start, col: cols.start };
}
