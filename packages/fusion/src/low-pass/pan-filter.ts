/** Filters PAN, or a band of enlarged MS, by a pair of axes at the pixels of a window. */

import { type Axis, type AxisRange, resamplePlane, type Span } from '@bandweave/image';
import type { Patch } from '../method.js';

/** The extent that the axes know as 0 .. size - 1, on the output grid. */
export interface FilterExtent {
  readonly rows: Span;
  readonly cols: Span;
}

/**
 * One band of the patch filtered at rows x cols, in float64; 0 outside the extent.
 *
 * @param axes make the axis of a size for a range of outputs
 */
export function filterBand(
  patch: Patch & { readonly band?: number },
  { rows, cols, extent }: { rows: Span; cols: Span; extent: FilterExtent },
  axes: {
    readonly rows: (size: number, range: Required<AxisRange>) => Axis;
    readonly cols: (size: number, range: Required<AxisRange>) => Axis;
  },
): Float64Array {
  const { band = 0 } = patch;
  const size = patch.height * patch.width;
  const onRows = clip(rows, extent.rows);
  const onCols = clip(cols, extent.cols);
  const data = resamplePlane(
    {
      data: patch.data.subarray(band * size, (band + 1) * size),
      height: patch.height,
      width: patch.width,
      row: patch.row - extent.rows.start,
      col: patch.col - extent.cols.start,
    },
    {
      rows: axes.rows(extent.rows.end - extent.rows.start, onRows),
      cols: axes.cols(extent.cols.end - extent.cols.start, onCols),
    },
  );
  const width = cols.end - cols.start;
  if (data.length === (rows.end - rows.start) * width) return data;
  const out = new Float64Array((rows.end - rows.start) * width);
  for (let y = 0; y < onRows.length; y++) {
    const row = onRows.first + extent.rows.start - rows.start + y;
    const col = onCols.first + extent.cols.start - cols.start;
    out.set(data.subarray(y * onCols.length, (y + 1) * onCols.length), row * width + col);
  }
  return out;
}

/** The part of a span inside the extent, counted from where that begins. */
function clip({ start, end }: Span, extent: Span): { first: number; length: number } {
  const first = Math.max(start, extent.start);
  return { first: first - extent.start, length: Math.max(0, Math.min(end, extent.end) - first) };
}
