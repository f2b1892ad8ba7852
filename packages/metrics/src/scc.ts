/** Spatial correlation coefficient (Zhou, Civco, Silander 1998), in the toolboxes' convention. */

import type { Raster } from '@bandweave/image';
import { type CoreOption, coreSpans } from './core.js';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

export const SCC: IndexInfo = {
  key: 'scc',
  title: 'SCC',
  range: [0, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'toolbox: Sobel magnitudes, no mean removed',
};

/**
 * Correlation of the images' details; 1 is perfect.
 * SCC = Σ |∇a| |∇b| / sqrt(Σ |∇a|² Σ |∇b|²) over all pixels and bands, |∇| the magnitude of the
 * Sobel gradient.
 *
 * No mean is removed. The outermost pixels are cut off and zeros stand around the rest, as in the
 * toolbox. Pixels with an invalid neighbour are left out. NaN where an image has no detail at all,
 * unless neither has: then 1.
 */
export function scc(estimate: Raster, reference: Raster, options: MaskOption = {}): number {
  return new SccAccumulator().add(estimate, reference, options).value();
}

/** SCC of a scene seen window by window: exact where windows have a margin of 2 around the core. */
export class SccAccumulator {
  private cross = 0;
  private squaresA = 0;
  private squaresB = 0;

  add(estimate: Raster, reference: Raster, { mask, core }: MaskOption & CoreOption = {}): this {
    requireSameShape('scc', estimate, reference);
    const valid = validPixels([estimate, reference], mask);
    const { bands, height, width } = estimate;
    const details = detailRows(width);
    const { rows, cols } = coreSpans(estimate, core);
    for (let band = 0; band < bands; band++) {
      for (let y = Math.max(1, rows[0]); y < Math.min(height - 1, rows[1]); y++) {
        sobelRow(estimate, { band, y }, details.a);
        sobelRow(reference, { band, y }, details.b);
        for (let x = Math.max(1, cols[0]); x < Math.min(width - 1, cols[1]); x++) {
          if (valid !== undefined && !neighboursValid(valid, { x, y, width })) continue;
          const a = details.a[x];
          const b = details.b[x];
          this.cross += Math.sqrt(a * b);
          this.squaresA += a;
          this.squaresB += b;
        }
      }
    }
    return this;
  }

  /** Takes in what another accumulator saw. */
  merge(other: SccAccumulator): this {
    this.cross += other.cross;
    this.squaresA += other.squaresA;
    this.squaresB += other.squaresB;
    return this;
  }

  value(): number {
    if (this.squaresA === 0 && this.squaresB === 0) return 1;
    return this.cross / Math.sqrt(this.squaresA) / Math.sqrt(this.squaresB);
  }
}

function detailRows(width: number): { a: Float64Array; b: Float64Array } {
  return { a: new Float64Array(width), b: new Float64Array(width) };
}

/** Squared gradient magnitudes of a row, zeros standing for the outermost pixels and beyond. */
function sobelRow(
  { data, height, width }: Raster,
  { band, y }: { band: number; y: number },
  out: Float64Array,
): void {
  const row = (band * height + y) * width;
  // Rows that were cut off weigh nothing.
  const up = y > 1 ? 1 : 0;
  const down = y < height - 2 ? 1 : 0;
  for (let x = 1; x < width - 1; x++) {
    const left = x > 1 ? 1 : 0;
    const right = x < width - 2 ? 1 : 0;
    const at = row + x;
    const nw = up * left === 0 ? 0 : data[at - width - 1];
    const n = up === 0 ? 0 : data[at - width];
    const ne = up * right === 0 ? 0 : data[at - width + 1];
    const w = left === 0 ? 0 : data[at - 1];
    const e = right === 0 ? 0 : data[at + 1];
    const sw = down * left === 0 ? 0 : data[at + width - 1];
    const s = down === 0 ? 0 : data[at + width];
    const se = down * right === 0 ? 0 : data[at + width + 1];
    const vertical = nw + 2 * n + ne - sw - 2 * s - se;
    const horizontal = nw + 2 * w + sw - ne - 2 * e - se;
    out[x] = vertical * vertical + horizontal * horizontal;
  }
}

function neighboursValid(
  valid: Uint8Array,
  { x, y, width }: { x: number; y: number; width: number },
): boolean {
  for (let dy = -1; dy <= 1; dy++) {
    const at = (y + dy) * width + x;
    if (valid[at - 1] === 0 || valid[at] === 0 || valid[at + 1] === 0) return false;
  }
  return true;
}
