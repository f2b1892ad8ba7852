/** Applies a pair of axis maps to a window: columns first, then rows, as GDAL does. */

import type { FloatSamples, Samples } from '../samples.js';
import type { AxisMap, Span } from './axis-map.js';

/** A window of one band with where it begins among the map's inputs. */
export interface BandWindow {
  readonly data: Samples;
  readonly height: number;
  readonly width: number;
  readonly row: number;
  readonly col: number;
}

/** What is wanted: a span of outputs on each axis. */
export interface OutputSpans {
  readonly rows: Span;
  readonly cols: Span;
}

/**
 * out[r, c] = sum over i, j of rowMap[r, i] * colMap[c, j] * band[i, j], in float64 until stored.
 * The band must cover `inputSpan` of both axes.
 *
 * @param out [rows, cols] of the spans
 * @param scratch at least band.height * cols values; taken instead of allocating one
 */
export function resampleWindow(
  band: BandWindow,
  maps: { readonly rows: AxisMap; readonly cols: AxisMap },
  { rows, cols, out, scratch }: OutputSpans & { out: FloatSamples; scratch?: Float64Array },
): void {
  const width = cols.end - cols.start;
  const middle = scratch ?? new Float64Array(band.height * width);
  resampleColumns(band, maps.cols, cols, middle);
  const { taps, first, weights } = maps.rows;
  for (let r = rows.start; r < rows.end; r++) {
    const target = (r - rows.start) * width;
    const source = (first[r] - band.row) * width;
    const w = r * taps;
    if (taps === 4) {
      addFourRows(middle, source, width, out, target, weights, w);
    } else {
      addRows(middle, source, width, out, target, weights, w, taps);
    }
  }
}

function resampleColumns(band: BandWindow, map: AxisMap, cols: Span, middle: Float64Array): void {
  const { taps, first, weights } = map;
  const width = cols.end - cols.start;
  const { data } = band;
  for (let y = 0; y < band.height; y++) {
    const row = y * band.width - band.col;
    const target = y * width;
    if (taps === 4) {
      for (let c = 0; c < width; c++) {
        const i = row + first[cols.start + c];
        const w = (cols.start + c) * 4;
        middle[target + c] =
          weights[w] * data[i] +
          weights[w + 1] * data[i + 1] +
          weights[w + 2] * data[i + 2] +
          weights[w + 3] * data[i + 3];
      }
    } else {
      for (let c = 0; c < width; c++) {
        const i = row + first[cols.start + c];
        const w = (cols.start + c) * taps;
        let sum = 0;
        for (let t = 0; t < taps; t++) sum += weights[w + t] * data[i + t];
        middle[target + c] = sum;
      }
    }
  }
}

function addFourRows(
  middle: Float64Array,
  source: number,
  width: number,
  out: FloatSamples,
  target: number,
  weights: Float64Array,
  w: number,
): void {
  const a = weights[w];
  const b = weights[w + 1];
  const c = weights[w + 2];
  const d = weights[w + 3];
  const second = source + width;
  const third = second + width;
  const fourth = third + width;
  for (let x = 0; x < width; x++) {
    out[target + x] =
      a * middle[source + x] +
      b * middle[second + x] +
      c * middle[third + x] +
      d * middle[fourth + x];
  }
}

function addRows(
  middle: Float64Array,
  source: number,
  width: number,
  out: FloatSamples,
  target: number,
  weights: Float64Array,
  w: number,
  taps: number,
): void {
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let t = 0; t < taps; t++) sum += weights[w + t] * middle[source + t * width + x];
    out[target + x] = sum;
  }
}
