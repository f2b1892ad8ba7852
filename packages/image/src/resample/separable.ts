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
  const line = taps === 4 ? undefined : new Float64Array(width);
  for (let r = rows.start; r < rows.end; r++) {
    const target = (r - rows.start) * width;
    const source = (first[r] - band.row) * width;
    const w = r * taps;
    if (line) {
      addRows(middle, source, weights.subarray(w, w + taps), line);
      out.set(line, target);
    } else if (r + 1 < rows.end && first[r + 1] === first[r]) {
      addFourRowsTwice(middle, source, width, out, target, weights, w);
      r++;
    } else addFourRows(middle, source, width, out, target, weights, w);
  }
}

function resampleColumns(band: BandWindow, map: AxisMap, cols: Span, middle: Float64Array): void {
  let y = 0;
  const fourRows = map.taps === 4 ? fourRowsOfFour : fourRowsOfMany;
  for (; y + 4 <= band.height; y += 4) fourRows(band, map, cols, { middle, y });
  for (; y < band.height; y++) oneRow(band, map, cols, { middle, y });
}

/** Four rows at a time: places and weights are looked up once for all of them. */
function fourRowsOfFour(
  { data, width: stride, col }: BandWindow,
  { first, weights }: AxisMap,
  cols: Span,
  { middle, y }: { middle: Float64Array; y: number },
): void {
  const width = cols.end - cols.start;
  const row = y * stride - col;
  let target = y * width;
  for (let c = cols.start; c < cols.end; c++, target++) {
    const p = row + first[c];
    const w = c * 4;
    const w0 = weights[w];
    const w1 = weights[w + 1];
    const w2 = weights[w + 2];
    const w3 = weights[w + 3];
    const q = p + stride;
    const r = q + stride;
    const s = r + stride;
    const t = target + width;
    middle[target] = w0 * data[p] + w1 * data[p + 1] + w2 * data[p + 2] + w3 * data[p + 3];
    middle[t] = w0 * data[q] + w1 * data[q + 1] + w2 * data[q + 2] + w3 * data[q + 3];
    middle[t + width] = w0 * data[r] + w1 * data[r + 1] + w2 * data[r + 2] + w3 * data[r + 3];
    middle[t + 2 * width] = w0 * data[s] + w1 * data[s + 1] + w2 * data[s + 2] + w3 * data[s + 3];
  }
}

/** The same for any number of taps. */
function fourRowsOfMany(
  { data, width: stride, col }: BandWindow,
  { taps, first, weights }: AxisMap,
  cols: Span,
  { middle, y }: { middle: Float64Array; y: number },
): void {
  const width = cols.end - cols.start;
  const row = y * stride - col;
  let target = y * width;
  for (let c = cols.start; c < cols.end; c++, target++) {
    const p = row + first[c];
    const w = c * taps;
    let a = 0;
    let b = 0;
    let d = 0;
    let e = 0;
    for (let t = 0; t < taps; t++) {
      const weight = weights[w + t];
      const at = p + t;
      a += weight * data[at];
      b += weight * data[at + stride];
      d += weight * data[at + 2 * stride];
      e += weight * data[at + 3 * stride];
    }
    middle[target] = a;
    middle[target + width] = b;
    middle[target + 2 * width] = d;
    middle[target + 3 * width] = e;
  }
}

function oneRow(
  { data, width: stride, col }: BandWindow,
  { taps, first, weights }: AxisMap,
  cols: Span,
  { middle, y }: { middle: Float64Array; y: number },
): void {
  const row = y * stride - col;
  let target = y * (cols.end - cols.start);
  for (let c = cols.start; c < cols.end; c++, target++) {
    const p = row + first[c];
    const w = c * taps;
    let sum = 0;
    for (let t = 0; t < taps; t++) sum += weights[w + t] * data[p + t];
    middle[target] = sum;
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

/** Two neighbouring outputs of the same four inputs, which are loaded once for both. */
function addFourRowsTwice(
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
  const e = weights[w + 4];
  const f = weights[w + 5];
  const g = weights[w + 6];
  const h = weights[w + 7];
  const second = source + width;
  const third = second + width;
  const fourth = third + width;
  const below = target + width;
  for (let x = 0; x < width; x++) {
    const p = middle[source + x];
    const q = middle[second + x];
    const r = middle[third + x];
    const s = middle[fourth + x];
    out[target + x] = a * p + b * q + c * r + d * s;
    out[below + x] = e * p + f * q + g * r + h * s;
  }
}

/** line[x] = sum over t of weights[t] * middle[source + t * width + x], four rows at a time. */
function addRows(
  middle: Float64Array,
  source: number,
  weights: Float64Array,
  line: Float64Array,
): void {
  const width = line.length;
  // Interpolating kernels have outputs of few taps among many: zeros are left out.
  let t = 0;
  let end = weights.length;
  while (t < end && weights[t] === 0) t++;
  while (end > t && weights[end - 1] === 0) end--;
  line.fill(0);
  for (; t < end; t += 4) {
    const a = weights[t];
    const b = t + 1 < end ? weights[t + 1] : 0;
    const c = t + 2 < end ? weights[t + 2] : 0;
    const d = t + 3 < end ? weights[t + 3] : 0;
    const p = source + t * width;
    const q = t + 1 < end ? p + width : p;
    const r = t + 2 < end ? q + width : p;
    const s = t + 3 < end ? r + width : p;
    if (b === 0 && c === 0 && d === 0) {
      for (let x = 0; x < width; x++) line[x] += a * middle[p + x];
    } else {
      for (let x = 0; x < width; x++) {
        line[x] += a * middle[p + x] + b * middle[q + x] + c * middle[r + x] + d * middle[s + x];
      }
    }
  }
}
