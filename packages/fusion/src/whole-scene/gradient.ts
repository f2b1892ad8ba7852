/** Forward differences of a plane and their transpose: the D and D' of total variation. */

import type { Size } from './block.js';

/** Differences to the right and below; 0 in the last column and row. */
export function gradient(
  plane: Float64Array,
  { height, width }: Size,
  out: { readonly x: Float64Array; readonly y: Float64Array },
): void {
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const last = start + width - 1;
    for (let p = start; p < last; p++) out.x[p] = plane[p + 1] - plane[p];
    out.x[last] = 0;
    if (y === height - 1) out.y.fill(0, start, start + width);
    else for (let p = start; p <= last; p++) out.y[p] = plane[p + width] - plane[p];
  }
}

/** D' (x, y): out[p] = x[left] - x[p] + y[above] - y[p], without what the gradient leaves at 0. */
export function divergence(
  x: Float64Array,
  y: Float64Array,
  { height, width }: Size,
  out: Float64Array,
): void {
  for (let row = 0; row < height; row++) {
    const start = row * width;
    const last = start + width - 1;
    out[start] = width > 1 ? -x[start] : 0;
    for (let p = start + 1; p < last; p++) out[p] = x[p - 1] - x[p];
    if (width > 1) out[last] = x[last - 1];
    if (row > 0) for (let p = start; p <= last; p++) out[p] += y[p - width];
    if (row < height - 1) for (let p = start; p <= last; p++) out[p] -= y[p];
  }
}
