/** What of a raster goes into a page: a reduced whole, a sample for figures, a 1:1 detail. */

import { allocate, dataTypeOf, type Raster, type Window } from '@bandweave/image';

export interface Views {
  /** Means over blocks, at most `maxSide` on a side; for the eye. */
  readonly whole: Raster;
  /** Single pixels at the centres of those blocks; for figures, which means would flatter. */
  readonly sample: Raster;
  readonly detail: Raster;
}

/** The smallest whole step that brings both sides to at most `maxSide`. */
export const reduction = (height: number, width: number, maxSide: number): number =>
  Math.max(1, Math.ceil(Math.max(height, width) / maxSide));

export function viewsOf(
  raster: Raster,
  { step, detail }: { readonly step: number; readonly detail: Window },
): Views {
  return {
    whole: step === 1 ? raster : blockMeans(raster, step),
    sample: step === 1 ? raster : everyNth(raster, step),
    detail: crop(raster, detail),
  };
}

/** Means over blocks of step x step valid pixels; a rest at the far edges makes smaller blocks. */
export function blockMeans(raster: Raster, step: number): Raster<Float32Array> {
  const { bands, height, width, data, mask } = raster;
  const rows = Math.ceil(height / step);
  const cols = Math.ceil(width / step);
  const out = new Float32Array(bands * rows * cols);
  const seen = new Uint8Array(rows * cols);
  const sums = new Float64Array(cols);
  const counts = new Uint32Array(cols);
  for (let b = 0; b < bands; b++) {
    for (let r = 0; r < rows; r++) {
      sums.fill(0);
      counts.fill(0);
      for (let y = r * step; y < Math.min(height, (r + 1) * step); y++) {
        for (let x = 0; x < width; x++) {
          const value = data[(b * height + y) * width + x]!;
          if ((mask && mask[y * width + x] === 0) || Number.isNaN(value)) continue;
          const c = Math.floor(x / step);
          sums[c]! += value;
          counts[c]!++;
        }
      }
      for (let c = 0; c < cols; c++) {
        out[(b * rows + r) * cols + c] = counts[c]! > 0 ? sums[c]! / counts[c]! : 0;
        if (counts[c]! > 0) seen[r * cols + c] = 1;
      }
    }
  }
  return { bands, height: rows, width: cols, data: out, ...(mask ? { mask: seen } : {}) };
}

/** The pixels at the centres of blocks of step x step. */
export function everyNth(raster: Raster, step: number): Raster {
  const { bands, height, width, data, mask } = raster;
  const rows = Math.ceil(height / step);
  const cols = Math.ceil(width / step);
  const half = step >> 1;
  const out = allocate(dataTypeOf(data), bands * rows * cols);
  const seen = mask ? new Uint8Array(rows * cols) : undefined;
  for (let r = 0; r < rows; r++) {
    const y = Math.min(height - 1, r * step + half);
    for (let c = 0; c < cols; c++) {
      const x = Math.min(width - 1, c * step + half);
      for (let b = 0; b < bands; b++) {
        out[(b * rows + r) * cols + c] = data[(b * height + y) * width + x]!;
      }
      if (seen && mask) seen[r * cols + c] = mask[y * width + x]!;
    }
  }
  return { bands, height: rows, width: cols, data: out, ...(seen ? { mask: seen } : {}) };
}

/** A copy of one window. */
export function crop(raster: Raster, { row, col, height, width }: Window): Raster {
  const out = allocate(dataTypeOf(raster.data), raster.bands * height * width);
  const mask = raster.mask ? new Uint8Array(height * width) : undefined;
  for (let r = 0; r < height; r++) {
    const at = (row + r) * raster.width + col;
    for (let b = 0; b < raster.bands; b++) {
      const from = b * raster.height * raster.width + at;
      out.set(raster.data.subarray(from, from + width), (b * height + r) * width);
    }
    if (mask && raster.mask) mask.set(raster.mask.subarray(at, at + width), r * width);
  }
  return { bands: raster.bands, height, width, data: out, ...(mask ? { mask } : {}) };
}
