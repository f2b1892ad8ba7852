/** Completes a plane with holes, so that filters over all of it see no false edges. */

import type { FloatSamples } from '@bandweave/image';

/**
 * The plane in float64; a missing pixel takes the nearest known value of its row, a row without any
 * takes the nearest row that has some. Zeros where nothing is known.
 */
export function fillNearest(
  plane: FloatSamples,
  mask: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
): Float64Array {
  const out = Float64Array.from(plane);
  const full: number[] = [];
  for (let y = 0; y < height; y++) {
    if (fillRow(out, mask, { start: y * width, width })) full.push(y);
  }
  if (full.length === 0) return out.fill(0);
  let next = 0;
  for (let y = 0; y < height; y++) {
    while (next < full.length - 1 && Math.abs(full[next + 1] - y) <= Math.abs(full[next] - y)) {
      next++;
    }
    const from = full[next];
    if (from !== y && !mask.subarray(y * width, (y + 1) * width).includes(1)) {
      out.copyWithin(y * width, from * width, (from + 1) * width);
    }
  }
  return out;
}

/** False where the row knows nothing. */
function fillRow(
  out: Float64Array,
  mask: Uint8Array,
  { start, width }: { readonly start: number; readonly width: number },
): boolean {
  let last = -1;
  for (let x = 0; x < width; x++) {
    if (mask[start + x] === 0) continue;
    const half = last < 0 ? 0 : (last + x + 1) >> 1;
    if (last >= 0) out.fill(out[start + last], start + last + 1, start + half);
    out.fill(out[start + x], start + half, start + x);
    last = x;
  }
  if (last < 0) return false;
  out.fill(out[start + last], start + last + 1, start + width);
  return true;
}
