/**
 * Separable resampling: along an axis, every output coordinate is a weighted sum of a few
 * neighbouring input samples. What kernel the weights come from is the business of the files that
 * build an axis (23-tap interpolation, imresize, a-trous); this one applies two of them to a window.
 */

import { type Plane, windowIndices } from './plane.js';
import type { Border } from './resample/border.js';

/** The weights of a run of output coordinates along one axis. */
export interface Axis {
  /** Samples of the whole input along this axis. */
  readonly size: number;
  /** First output coordinate, and how many. */
  readonly first: number;
  readonly length: number;
  /** Most taps that an output has; the stride of `weights`. */
  readonly taps: number;
  /** First input coordinate of each output; may lie outside 0..size-1, see `border`. */
  readonly starts: Int32Array;
  /** Taps used by each output, at most `taps`. */
  readonly counts: Int32Array;
  /** [length, taps] */
  readonly weights: Float64Array;
  readonly border: Border;
}

/** A run of output coordinates. */
export interface AxisRange {
  /** First output coordinate; 0 by default. */
  readonly first?: number;
  /** How many; to the end by default. */
  readonly length?: number;
}

/**
 * An axis from a function that writes the weights of one output into a row of `taps` and returns
 * the first input coordinate; zeros at both ends are trimmed.
 */
export function buildAxis(
  shape: {
    readonly size: number;
    readonly first: number;
    readonly length: number;
    readonly taps: number;
    readonly border: Border;
  },
  fill: (output: number, row: Float64Array) => number,
): Axis {
  const { length, taps, first } = shape;
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Float64Array(length * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < length; i++) {
    row.fill(0);
    const start = fill(first + i, row);
    let low = 0;
    let high = taps;
    while (high > 1 && row[high - 1] === 0) high--;
    while (low < high - 1 && row[low] === 0) low++;
    starts[i] = start + low;
    counts[i] = high - low;
    for (let t = low; t < high; t++) weights[i * taps + t - low] = row[t];
  }
  return { ...shape, starts, counts, weights };
}

/** The input coordinates [first, end) that an axis reaches, before the border rule. */
export function axisReach(axis: Axis): { first: number; end: number } {
  let first = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < axis.length; i++) {
    first = Math.min(first, axis.starts[i]);
    end = Math.max(end, axis.starts[i] + axis.counts[i]);
  }
  return { first, end };
}

/**
 * A window of outputs, [rows.length, cols.length] in float64.
 *
 * @param plane a window of the input band that holds all that the axes reach
 * @throws RangeError where the window does not hold a sample that is needed
 */
export function resamplePlane(
  plane: Plane,
  { rows, cols }: { readonly rows: Axis; readonly cols: Axis },
): Float64Array {
  const height = rows.length;
  const width = cols.length;
  const out = new Float64Array(height * width);
  if (height === 0 || width === 0) return out;
  const rowReach = axisReach(rows);
  const rowIndex = windowIndices(
    { first: rowReach.first, count: rowReach.end - rowReach.first },
    { origin: plane.row ?? 0, extent: plane.height, size: rows.size },
    rows.border,
  );
  const across = resampleColumns(plane, cols, rowIndex);
  for (let y = 0; y < height; y++) {
    const count = rows.counts[y];
    const base = y * rows.taps;
    const start = rows.starts[y] - rowReach.first;
    const target = y * width;
    let t = 0;
    for (; t + 3 < count; t += 4) {
      const w0 = rows.weights[base + t];
      const w1 = rows.weights[base + t + 1];
      const w2 = rows.weights[base + t + 2];
      const w3 = rows.weights[base + t + 3];
      const a = across.slots[start + t] * width;
      const b = across.slots[start + t + 1] * width;
      const c = across.slots[start + t + 2] * width;
      const d = across.slots[start + t + 3] * width;
      const values = across.values;
      for (let x = 0; x < width; x++) {
        out[target + x] +=
          w0 * values[a + x] + w1 * values[b + x] + w2 * values[c + x] + w3 * values[d + x];
      }
    }
    for (; t < count; t++) {
      const w = rows.weights[base + t];
      const a = across.slots[start + t] * width;
      const values = across.values;
      for (let x = 0; x < width; x++) out[target + x] += w * values[a + x];
    }
  }
  return out;
}

/** Each distinct input row resampled along its columns, and which of them stands for which. */
function resampleColumns(
  plane: Plane,
  cols: Axis,
  rowIndex: Int32Array,
): { values: Float64Array; slots: Int32Array } {
  const reach = axisReach(cols);
  const span = reach.end - reach.first;
  const colIndex = windowIndices(
    { first: reach.first, count: span },
    { origin: plane.col ?? 0, extent: plane.width, size: cols.size },
    cols.border,
  );
  const { data, width: stride } = plane;
  const { length: width, taps, weights, counts, starts } = cols;
  const slotOf = new Int32Array(plane.height).fill(-1);
  const slots = new Int32Array(rowIndex.length);
  let used = 0;
  for (let i = 0; i < rowIndex.length; i++) {
    if (slotOf[rowIndex[i]] < 0) slotOf[rowIndex[i]] = used++;
    slots[i] = slotOf[rowIndex[i]];
  }
  const values = new Float64Array(used * width);
  const extended = new Float64Array(span);
  for (let row = 0; row < plane.height; row++) {
    if (slotOf[row] < 0) continue;
    for (let i = 0; i < span; i++) extended[i] = data[row * stride + colIndex[i]];
    const target = slotOf[row] * width;
    for (let x = 0; x < width; x++) {
      const count = counts[x];
      const base = x * taps;
      const at = starts[x] - reach.first;
      let sum = 0;
      for (let t = 0; t < count; t++) sum += weights[base + t] * extended[at + t];
      values[target + x] = sum;
    }
  }
  return { values, slots };
}
