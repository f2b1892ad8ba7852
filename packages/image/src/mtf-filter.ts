/**
 * Filtering with an MTF kernel: correlation with a replicated border, at all positions or only at
 * those that decimation keeps. The kernel's separable terms do the work: about a third of the
 * arithmetic of the 41 x 41 sum, and a twentieth again where only every fourth position is wanted.
 */

import type { MtfKernel } from './mtf-kernel.js';
import { bandPlane, type Plane, windowIndices } from './plane.js';
import type { Raster } from './raster.js';

/** Output positions first, first + step, ... along one axis of a band of `size` samples. */
export interface Positions {
  readonly size: number;
  readonly first: number;
  readonly step: number;
  readonly length: number;
}

/** Outputs worked on together, so that the folded rows stay in the cache. */
const CHUNK = 512;

/**
 * The filtered values at the given positions, [rows.length, cols.length] in float64.
 *
 * @param plane  a window of the band that holds `kernel.reach` samples around every position, or
 *               ends where the band ends
 * @throws RangeError where the window is too narrow
 */
export function mtfFilterAt(
  plane: Plane,
  kernel: MtfKernel,
  { rows, cols }: { readonly rows: Positions; readonly cols: Positions },
): Float64Array {
  const out = new Float64Array(rows.length * cols.length);
  if (out.length === 0) return out;
  const { reach } = kernel;
  const around = (positions: Positions) => ({
    first: positions.first - reach,
    count: (positions.length - 1) * positions.step + 2 * reach + 1,
  });
  const rowIndex = windowIndices(
    around(rows),
    { origin: plane.row ?? 0, extent: plane.height, size: rows.size },
    'replicate',
  );
  const colIndex = windowIndices(
    around(cols),
    { origin: plane.col ?? 0, extent: plane.width, size: cols.size },
    'replicate',
  );
  const perChunk = Math.max(1, Math.floor(CHUNK / cols.step));
  // A multiple of four, so that strips can be worked off four columns at a time.
  const span = Math.ceil(((perChunk - 1) * cols.step + 2 * reach + 1) / 4) * 4;
  const padded = new Float64Array(rowIndex.length * span);
  const folded = new Float64Array((reach + 1) * span);
  const terms = new Float64Array(kernel.signs.length * span);
  for (let x = 0; x < cols.length; x += perChunk) {
    const count = Math.min(perChunk, cols.length - x);
    const width = (count - 1) * cols.step + 2 * reach + 1;
    pad(plane, { rowIndex, colIndex: colIndex.subarray(x * cols.step) }, padded, { width, span });
    for (let y = 0; y < rows.length; y++) {
      foldRows(padded, folded, { centre: y * rows.step + reach, width, span, reach });
      combineRows({ folded, terms }, kernel, { width, span });
      filterColumns(terms, kernel, {
        out: out.subarray(y * cols.length + x, y * cols.length + x + count),
        step: cols.step,
        span,
      });
    }
  }
  return out;
}

interface Strip {
  readonly width: number;
  readonly span: number;
}

/** A strip of the window with its border, in float64. */
function pad(
  { data, width: stride }: Plane,
  { rowIndex, colIndex }: { rowIndex: Int32Array; colIndex: Int32Array },
  padded: Float64Array,
  { width, span }: Strip,
): void {
  for (let y = 0; y < rowIndex.length; y++) {
    const from = rowIndex[y] * stride;
    const to = y * span;
    for (let x = 0; x < width; x++) padded[to + x] = data[from + colIndex[x]];
  }
}

/** folded[t][x] = padded[centre + t][x] + padded[centre - t][x]; the centre once. */
function foldRows(
  padded: Float64Array,
  folded: Float64Array,
  { centre, width, span, reach }: Strip & { readonly centre: number; readonly reach: number },
): void {
  folded.set(padded.subarray(centre * span, centre * span + width));
  for (let t = 1; t <= reach; t++) {
    const above = (centre - t) * span;
    const below = (centre + t) * span;
    const target = t * span;
    for (let x = 0; x < width; x++) folded[target + x] = padded[above + x] + padded[below + x];
  }
}

/** terms[k][x] = sum_t u_k[t] * folded[t][x]. */
function combineRows(
  { folded, terms }: { folded: Float64Array; terms: Float64Array },
  { factors, signs, reach }: MtfKernel,
  { width, span }: Strip,
): void {
  const n = reach + 1;
  for (let k = 0; k < signs.length; k++) {
    const base = k * n;
    const target = k * span;
    for (let x = 0; x < width; x += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let t = 0, at = x; t < n; t++, at += span) {
        const w = factors[base + t];
        a += w * folded[at];
        b += w * folded[at + 1];
        c += w * folded[at + 2];
        d += w * folded[at + 3];
      }
      terms[target + x] = a;
      terms[target + x + 1] = b;
      terms[target + x + 2] = c;
      terms[target + x + 3] = d;
    }
  }
}

/** out[x] = sum_k sign_k * sum_t u_k[t] * (terms[k][x + t] + terms[k][x - t]). */
function filterColumns(
  terms: Float64Array,
  { factors, signs, reach: half }: MtfKernel,
  { out, step, span }: { out: Float64Array; step: number; span: number },
): void {
  const n = half + 1;
  for (let k = 0; k < signs.length; k++) {
    const base = k * n;
    const sign = signs[k];
    const start = k * span + half;
    let x = 0;
    for (; x + 3 < out.length; x += 4) {
      const p = start + x * step;
      const q = p + step;
      const r = q + step;
      const s = r + step;
      let a = factors[base] * terms[p];
      let b = factors[base] * terms[q];
      let c = factors[base] * terms[r];
      let d = factors[base] * terms[s];
      for (let t = 1; t <= half; t++) {
        const w = factors[base + t];
        a += w * (terms[p + t] + terms[p - t]);
        b += w * (terms[q + t] + terms[q - t]);
        c += w * (terms[r + t] + terms[r - t]);
        d += w * (terms[s + t] + terms[s - t]);
      }
      out[x] += sign * a;
      out[x + 1] += sign * b;
      out[x + 2] += sign * c;
      out[x + 3] += sign * d;
    }
    for (; x < out.length; x++) {
      const p = start + x * step;
      let sum = factors[base] * terms[p];
      for (let t = 1; t <= half; t++) sum += factors[base + t] * (terms[p + t] + terms[p - t]);
      out[x] += sign * sum;
    }
  }
}

/** Every band filtered by its own kernel (one kernel for all, or one a band), same size, float64. */
export function mtfFilter(
  image: Raster,
  kernels: MtfKernel | readonly MtfKernel[],
): Raster<Float64Array> {
  return mtfDecimate(image, kernels, { ratio: 1, phase: 0 });
}

/**
 * Every band filtered and taken at positions phase, phase + ratio, ...; sizes are divided by the
 * ratio and rounded down. Equal to `mtfFilter` followed by slicing, at a fraction of its cost.
 *
 * @param options.phase ratio/2 rounded down by default, as the toolboxes decimate
 * @param options.phaseCols the phase along columns where it is another
 */
export function mtfDecimate(
  image: Raster,
  kernels: MtfKernel | readonly MtfKernel[],
  {
    ratio,
    phase = Math.floor(ratio / 2),
    phaseCols = phase,
  }: { readonly ratio: number; readonly phase?: number; readonly phaseCols?: number },
): Raster<Float64Array> {
  const positions = (size: number, first: number): Positions => ({
    size,
    first,
    step: ratio,
    length: Math.floor(size / ratio),
  });
  const rows = positions(image.height, phase);
  const cols = positions(image.width, phaseCols);
  const size = rows.length * cols.length;
  const data = new Float64Array(image.bands * size);
  for (let band = 0; band < image.bands; band++) {
    const kernel = 'taps' in kernels ? kernels : kernels[band];
    data.set(mtfFilterAt(bandPlane(image, band), kernel, { rows, cols }), band * size);
  }
  return { bands: image.bands, height: rows.length, width: cols.length, data };
}
