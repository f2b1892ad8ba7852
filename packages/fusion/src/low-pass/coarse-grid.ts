/**
 * PAN seen on the MS grid and brought back: filter PAN, keep what lies at MS pixel centres,
 * enlarge by the same rule as MS. The low-pass of every multiresolution method.
 */

import {
  type AxisMap,
  borderIndex,
  type FloatSamples,
  inputSpan,
  type MtfKernel,
  mtfFilterMany,
  resampleMasked,
  resampleWindow,
  type Span,
} from '@bandweave/image';
import type { FusionWindow, Patch, Scene } from '../method.js';

/** A filter that takes PAN to the MS grid. */
export interface Decimation {
  /** The filter as a product of two, or the nearest such product where `kernel` is given. */
  readonly maps: { readonly rows: AxisMap; readonly cols: AxisMap };
  /** The filter itself where it is no product and MS centres lie on whole PAN pixels. */
  readonly kernel?: MtfKernel;
}

/** PAN on the part of the MS grid that a window needs. */
export interface CoarsePan {
  readonly data: Float64Array;
  readonly rows: Span;
  readonly cols: Span;
  /** [rows, cols]; absent where everything is known. */
  readonly mask?: Uint8Array;
}

/** Where on the output grid something is wanted. */
export type GridArea = Pick<FusionWindow, 'rows' | 'cols' | 'height' | 'width'>;

/** The MS indices, inside the raster, that enlarging to a window takes. */
export function coarseSpans(window: GridArea, scene: Scene): { rows: Span; cols: Span } {
  return {
    rows: folded(scene.enlarge.rows, window.rows, scene.msHeight, scene),
    cols: folded(scene.enlarge.cols, window.cols, scene.msWidth, scene),
  };
}

function folded(map: AxisMap, outputs: Span, size: number, { msBorder }: Scene): Span {
  const need = inputSpan(map, outputs);
  let start = size - 1;
  let end = 0;
  for (let i = need.start; i < need.end; i++) {
    const index = borderIndex(i, size, msBorder);
    if (index < start) start = index;
    if (index >= end) end = index + 1;
  }
  return { start, end };
}

/** Filters PAN and keeps it on the given part of the MS grid. */
export function decimatePan(
  around: Patch,
  decimation: Decimation,
  spans: { readonly rows: Span; readonly cols: Span },
): CoarsePan {
  return decimatePanBy(around, [decimation], spans)[0];
}

/** The same by several filters, which share what can be shared. */
export function decimatePanBy(
  around: Patch,
  decimations: readonly Decimation[],
  spans: { readonly rows: Span; readonly cols: Span },
): CoarsePan[] {
  const { rows, cols } = spans;
  const whole = decimations.filter(({ kernel }) => kernel);
  const kernels = whole.map(({ kernel }) => kernel as MtfKernel);
  // The patch already reaches beyond the raster where the filter does: its own edges are never met.
  const filtered =
    whole.length > 0
      ? mtfFilterMany(around, kernels, {
          rows: { ...positions(whole[0].maps.rows, rows, kernels[0]), size: around.height },
          cols: { ...positions(whole[0].maps.cols, cols, kernels[0]), size: around.width },
        })
      : [];
  return decimations.map((decimation) => {
    const { maps, kernel } = decimation;
    let data: Float64Array;
    if (kernel) data = filtered[whole.indexOf(decimation)];
    else {
      data = new Float64Array((rows.end - rows.start) * (cols.end - cols.start));
      const band = cutRows(around, inputSpan(maps.rows, rows));
      resampleWindow(band, maps, { rows, cols, out: data });
    }
    return around.mask ? mend(around, maps, spans, data) : { data, rows, cols };
  });
}

/** Where the whole-pixel centres of a span of MS pixels lie on the output grid. */
function positions(map: AxisMap, { start, end }: Span, { taps }: MtfKernel) {
  const centre = (i: number) => map.first[i] + (taps - 1) / 2;
  return {
    first: centre(start),
    step: map.outputs > 1 ? centre(1) - centre(0) : 1,
    length: end - start,
  };
}

/** The rows of a patch that a map needs, without copying. */
function cutRows(patch: Patch, { start, end }: Span) {
  const from = (start - patch.row) * patch.width;
  const to = (end - patch.row) * patch.width;
  if (from < 0 || to > patch.height * patch.width) {
    throw new RangeError(
      `coarse grid: expected PAN rows ${start}..${end}, got ${patch.row}..${patch.row + patch.height}; enlarge the method's margin.`,
    );
  }
  return {
    data: patch.data.subarray(from, to),
    height: end - start,
    width: patch.width,
    row: start,
    col: patch.col,
  };
}

/** Where the filter met missing pixels, the first term renormalised over the known ones. */
function mend(
  around: Patch,
  maps: { readonly rows: AxisMap; readonly cols: AxisMap },
  spans: { readonly rows: Span; readonly cols: Span },
  data: Float64Array,
): CoarsePan {
  const mask = around.mask as Uint8Array;
  const known = new Float64Array(mask.length);
  for (let i = 0; i < mask.length; i++) known[i] = mask[i];
  const ones = flat(maps);
  const share = new Float64Array(data.length);
  resampleWindow({ ...around, data: known }, ones, { ...spans, out: share });
  const mended = new Float64Array(data.length);
  const valid = new Uint8Array(data.length).fill(1);
  resampleMasked({ ...around, mask }, maps, { ...spans, out: mended, valid });
  const full = maps.rows.taps * maps.cols.taps;
  for (let i = 0; i < data.length; i++) {
    if (Math.round(share[i]) === full) continue;
    data[i] = mended[i];
    if (share[i] * 4 < full) valid[i] = 0;
  }
  return { data, ...spans, mask: valid };
}

/** The same maps with every weight 1: counts the known pixels under a filter. */
function flat({ rows, cols }: { readonly rows: AxisMap; readonly cols: AxisMap }) {
  const ones = (map: AxisMap): AxisMap => ({
    ...map,
    weights: new Float64Array(map.weights.length).fill(1),
  });
  return { rows: ones(rows), cols: ones(cols) };
}

/**
 * Enlarges PAN on the MS grid back to a window, by the scene's own enlargement.
 *
 * @param out   [height, width] of the window
 * @param valid [height, width]; set to 0 where nothing is known
 */
export function enlargeCoarse(
  coarse: CoarsePan,
  window: GridArea,
  { scene, out, valid }: { scene: Scene; out: FloatSamples; valid?: Uint8Array },
): void {
  const { enlarge, msBorder, msHeight, msWidth } = scene;
  const needRows = inputSpan(enlarge.rows, window.rows);
  const needCols = inputSpan(enlarge.cols, window.cols);
  const height = needRows.end - needRows.start;
  const width = needCols.end - needCols.start;
  const data = new Float64Array(height * width);
  const mask = coarse.mask ? new Uint8Array(height * width) : undefined;
  const stride = coarse.cols.end - coarse.cols.start;
  for (let y = 0; y < height; y++) {
    const row = borderIndex(needRows.start + y, msHeight, msBorder) - coarse.rows.start;
    for (let x = 0; x < width; x++) {
      const col = borderIndex(needCols.start + x, msWidth, msBorder) - coarse.cols.start;
      data[y * width + x] = coarse.data[row * stride + col];
      if (mask) mask[y * width + x] = (coarse.mask as Uint8Array)[row * stride + col];
    }
  }
  const band = { data, height, width, row: needRows.start, col: needCols.start };
  const spans = { rows: window.rows, cols: window.cols, out };
  if (mask) {
    resampleMasked({ ...band, mask }, enlarge, {
      ...spans,
      valid: valid ?? new Uint8Array(window.height * window.width),
    });
  } else {
    resampleWindow(band, enlarge, spans);
  }
}
