/**
 * Several MTF kernels at every few pixels at once. Where outputs lie far apart, the kernel's
 * symmetry saves more than its separable terms do: samples are folded onto one quarter, once for
 * all kernels.
 */

import type { Positions } from './mtf-filter.js';
import type { MtfKernel } from './mtf-kernel.js';
import type { Plane } from './plane.js';

/** Kernels that are summed together in one pass. */
const TOGETHER = 4;
/** Share of the largest weight that can be left out: of a few hundred, one thousandth of 1e-7. */
const NEGLIGIBLE = 1e-12;

/**
 * What `mtfFilterAt` gives, one array [rows.length, cols.length] a kernel. The plane must hold
 * `reach` samples on every side of every position: nothing is done about borders.
 */
export function mtfFilterMany(
  plane: Plane,
  kernels: readonly MtfKernel[],
  { rows, cols }: { readonly rows: Positions; readonly cols: Positions },
): Float64Array[] {
  const outs = kernels.map(() => new Float64Array(rows.length * cols.length));
  for (let k = 0; k < kernels.length; k += TOGETHER) {
    filterGroup(plane, kernels.slice(k, k + TOGETHER), { rows, cols, outs: outs.slice(k) });
  }
  return outs;
}

interface Group {
  readonly rows: Positions;
  readonly cols: Positions;
  readonly outs: readonly Float64Array[];
}

function filterGroup(
  plane: Plane,
  kernels: readonly MtfKernel[],
  { rows, cols, outs }: Group,
): void {
  if (rows.length === 0 || cols.length === 0) return;
  const reach = Math.max(...kernels.map((kernel) => kernel.reach));
  const lanes = kernels.length === 1 ? 1 : TOGETHER;
  const weights = interleave(kernels, reach, lanes);
  const lengths = rowLengths(weights, reach, lanes);
  const width = (cols.length - 1) * cols.step + 2 * reach + 1;
  const left = cols.first - reach - (plane.col ?? 0);
  const folded = new Float64Array((reach + 1) * width);
  const sums = new Float64Array(lanes * cols.length);
  const sum = lanes === 1 ? sumColumnsAlone : sumColumns;
  for (let y = 0; y < rows.length; y++) {
    const centre = rows.first + y * rows.step - (plane.row ?? 0);
    foldRows(plane, folded, { centre, left, width, reach });
    sums.fill(0);
    for (let t = 0; t <= reach; t++) {
      const line = folded.subarray(t * width, (t + 1) * width);
      const w = weights.subarray(t * (reach + 1) * lanes, (t + 1) * (reach + 1) * lanes);
      sum(line, w, { sums, reach, length: lengths[t], step: cols.step });
    }
    for (let k = 0; k < kernels.length; k++) {
      const out = outs[k];
      const at = y * cols.length;
      for (let x = 0; x < cols.length; x++) out[at + x] = sums[x * lanes + k];
    }
  }
}

/** [reach + 1, reach + 1, lanes]: each kernel's quarter, 0 for those that are not there. */
function interleave(kernels: readonly MtfKernel[], reach: number, lanes: number): Float64Array {
  const n = reach + 1;
  const out = new Float64Array(n * n * lanes);
  kernels.forEach(({ weights, taps, reach: own }, k) => {
    const half = (taps - 1) / 2;
    for (let y = 0; y <= own; y++) {
      for (let x = 0; x <= own; x++) {
        out[(y * n + x) * lanes + k] = weights[(half + y) * taps + half + x];
      }
    }
  });
  return out;
}

/** Weights of a row of the quarter that count: kernels are round, their corners next to nothing. */
function rowLengths(weights: Float64Array, reach: number, lanes: number): Int32Array {
  const n = reach + 1;
  const least = NEGLIGIBLE * weights.reduce((most, weight) => Math.max(most, weight), 0);
  return Int32Array.from({ length: n }, (_, t) => {
    const row = weights.subarray(t * n * lanes, (t + 1) * n * lanes);
    const last = row.findLastIndex((weight) => Math.abs(weight) > least);
    return Math.floor(last / lanes) + 1;
  });
}

/** folded[t][x] = plane[centre + t][left + x] + plane[centre - t][left + x]; the centre once. */
function foldRows(
  { data, width: stride }: Plane,
  folded: Float64Array,
  { centre, left, width, reach }: { centre: number; left: number; width: number; reach: number },
): void {
  const middle = centre * stride + left;
  for (let x = 0; x < width; x++) folded[x] = data[middle + x];
  for (let t = 1; t <= reach; t++) {
    const above = middle - t * stride;
    const below = middle + t * stride;
    const target = t * width;
    for (let x = 0; x < width; x++) folded[target + x] = data[above + x] + data[below + x];
  }
}

interface ColumnSums {
  readonly sums: Float64Array;
  readonly reach: number;
  readonly length: number;
  readonly step: number;
}

/** sums[x][k] += sum over s of weights[s][k] * (line[c + s] + line[c - s]), c = x * step + reach. */
function sumColumns(
  line: Float64Array,
  weights: Float64Array,
  { sums, reach, length, step }: ColumnSums,
): void {
  for (let at = 0, c = reach; at < sums.length; at += TOGETHER, c += step) {
    const first = line[c];
    let a = sums[at] + weights[0] * first;
    let b = sums[at + 1] + weights[1] * first;
    let d = sums[at + 2] + weights[2] * first;
    let e = sums[at + 3] + weights[3] * first;
    for (let s = 1, w = TOGETHER; s < length; s++, w += TOGETHER) {
      const value = line[c + s] + line[c - s];
      a += weights[w] * value;
      b += weights[w + 1] * value;
      d += weights[w + 2] * value;
      e += weights[w + 3] * value;
    }
    sums[at] = a;
    sums[at + 1] = b;
    sums[at + 2] = d;
    sums[at + 3] = e;
  }
}

/** The same for one kernel alone: four outputs share each weight that is read. */
function sumColumnsAlone(
  line: Float64Array,
  weights: Float64Array,
  { sums, reach, length, step }: ColumnSums,
): void {
  let x = 0;
  let p = reach;
  for (; x + 3 < sums.length; x += 4, p += 4 * step) {
    const q = p + step;
    const r = q + step;
    const s = r + step;
    let a = sums[x] + weights[0] * line[p];
    let b = sums[x + 1] + weights[0] * line[q];
    let c = sums[x + 2] + weights[0] * line[r];
    let d = sums[x + 3] + weights[0] * line[s];
    for (let t = 1; t < length; t++) {
      const w = weights[t];
      a += w * (line[p + t] + line[p - t]);
      b += w * (line[q + t] + line[q - t]);
      c += w * (line[r + t] + line[r - t]);
      d += w * (line[s + t] + line[s - t]);
    }
    sums[x] = a;
    sums[x + 1] = b;
    sums[x + 2] = c;
    sums[x + 3] = d;
  }
  for (; x < sums.length; x++, p += step) {
    let sum = sums[x] + weights[0] * line[p];
    for (let t = 1; t < length; t++) sum += weights[t] * (line[p + t] + line[p - t]);
    sums[x] = sum;
  }
}
