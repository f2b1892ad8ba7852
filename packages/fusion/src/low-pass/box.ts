/** Sums over square boxes by running sums: the cost does not depend on the box. */

import type { FloatSamples, Span } from '@bandweave/image';

/** One band over a rectangle. */
export interface Sheet {
  readonly data: FloatSamples | Uint8Array;
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
}

export interface BoxOptions {
  readonly rows: Span;
  readonly cols: Span;
  /** Half of a box's side, rounded down: sides are odd. */
  readonly radius: number;
  /** What a box holds where it reaches beyond the sheet: nothing, or the nearest sample. */
  readonly outside: 'nothing' | 'nearest';
}

/** The sum of the sheet over the box around each pixel of rows x cols, in float64. */
export function boxSums(sheet: Sheet, { rows, cols, radius, outside }: BoxOptions): Float64Array {
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const out = new Float64Array(height * width);
  // One sum a column of the sheet, moved down row by row.
  const first = cols.start - radius - sheet.col;
  const columns = new Float64Array(width + 2 * radius);
  const source = new Int32Array(columns.length);
  for (let x = 0; x < columns.length; x++) source[x] = place(first + x, sheet.width, outside);
  const move = (row: number, share: 1 | -1) => {
    const y = place(row - sheet.row, sheet.height, outside);
    if (y >= 0) addRow(sheet, y, { columns, source, share });
  };
  for (let row = rows.start - radius; row < rows.start + radius; row++) move(row, 1);
  for (let y = 0; y < height; y++) {
    move(rows.start + y + radius, 1);
    slide(columns, radius, out.subarray(y * width, (y + 1) * width));
    move(rows.start + y - radius, -1);
  }
  return out;
}

/** Where an index of the sheet is read; -1: nowhere. */
function place(index: number, size: number, outside: 'nothing' | 'nearest'): number {
  if (index >= 0 && index < size) return index;
  if (outside === 'nothing') return -1;
  return index < 0 ? 0 : size - 1;
}

function addRow(
  { data, width }: Sheet,
  y: number,
  { columns, source, share }: { columns: Float64Array; source: Int32Array; share: 1 | -1 },
): void {
  const start = y * width;
  const inside = source[0] >= 0 && source[source.length - 1] - source[0] === source.length - 1;
  if (inside) {
    const from = start + source[0];
    if (share === 1) for (let x = 0; x < columns.length; x++) columns[x] += data[from + x];
    else for (let x = 0; x < columns.length; x++) columns[x] -= data[from + x];
    return;
  }
  for (let x = 0; x < columns.length; x++) {
    if (source[x] >= 0) columns[x] += share * data[start + source[x]];
  }
}

/** out[x] = the sum of columns x .. x + 2 radius. */
function slide(columns: Float64Array, radius: number, out: Float64Array): void {
  const side = 2 * radius + 1;
  let sum = 0;
  for (let x = 0; x < side - 1; x++) sum += columns[x];
  for (let x = 0; x < out.length; x++) {
    sum += columns[x + side - 1];
    out[x] = sum;
    sum -= columns[x];
  }
}

/**
 * The mean of the sheet's first band over the box around each pixel, of known pixels only where
 * there is a mask; 0 where a box holds none.
 */
export function boxMean(
  sheet: Sheet & { readonly mask?: Uint8Array },
  options: BoxOptions,
): Float64Array {
  const { mask } = sheet;
  if (!mask) {
    const sums = boxSums(sheet, options);
    if (options.outside === 'nearest') {
      const share = 1 / (2 * options.radius + 1) ** 2;
      for (let p = 0; p < sums.length; p++) sums[p] *= share;
      return sums;
    }
  }
  const known = mask ?? new Uint8Array(sheet.height * sheet.width).fill(1);
  const sums = boxSums({ ...sheet, data: masked(sheet.data, known) }, options);
  const counts = boxSums({ ...sheet, data: known }, options);
  for (let p = 0; p < sums.length; p++) sums[p] = counts[p] > 0 ? sums[p] / counts[p] : 0;
  return sums;
}

/** A copy with 0 where the mask is 0. */
export function masked(data: FloatSamples | Uint8Array, mask: Uint8Array): Float64Array {
  const out = new Float64Array(mask.length);
  for (let p = 0; p < out.length; p++) if (mask[p] !== 0) out[p] = data[p];
  return out;
}
