/** The redundant (undecimated) wavelet transform with Daubechies' four taps, circular at the border. */

import type { Size } from './block.js';

/** Daubechies 4: a low-pass whose squares sum to 1. */
const LOW = [0.4829629131445341, 0.8365163037378079, 0.2241438680420134, -0.1294095225512604];
/** Its mirror: the high-pass. */
const HIGH = LOW.map((_, i) => LOW[3 - i] * (i % 2 === 0 ? 1 : -1));

/**
 * The first plane with its detail bands changed: `change` is given the same detail band of all
 * planes, level by level, and overwrites that of the first. Doing nothing gives the plane back.
 *
 * At level l the taps stand 2^l pixels apart. Detail bands are scaled alike for all planes, by
 * factors that differ between levels.
 */
export function mapDetails(
  planes: readonly Float64Array[],
  size: Size,
  levels: number,
  change: (detail: readonly Float64Array[]) => void,
): Float64Array {
  return descend(planes, { size, level: 0, levels, change });
}

interface Descent {
  readonly size: Size;
  readonly level: number;
  readonly levels: number;
  readonly change: (detail: readonly Float64Array[]) => void;
}

function descend(planes: readonly Float64Array[], descent: Descent): Float64Array {
  const { size, level, levels, change } = descent;
  if (level === levels) return planes[0];
  const step = 2 ** level;
  const filtered = (taps: readonly number[][]) =>
    planes.map((plane) => {
      const across = new Float64Array(plane.length);
      alongRows(plane, { size, step, taps: taps[0] }, across);
      const out = new Float64Array(plane.length);
      alongCols(across, { size, step, taps: taps[1] }, out);
      return out;
    });
  const sum = new Float64Array(planes[0].length);
  const scratch = new Float64Array(sum.length);
  const giveBack = (plane: Float64Array, taps: readonly number[][]) => {
    scratch.fill(0);
    alongCols(plane, { size, step: -step, taps: taps[1] }, scratch);
    alongRows(scratch, { size, step: -step, taps: taps[0] }, sum);
  };
  for (const taps of [
    [LOW, HIGH],
    [HIGH, LOW],
    [HIGH, HIGH],
  ]) {
    const detail = filtered(taps);
    change(detail);
    giveBack(detail[0], taps);
  }
  giveBack(descend(filtered([LOW, LOW]), { ...descent, level: level + 1 }), [LOW, LOW]);
  // Each of the two directions gives every sample back twice.
  for (let p = 0; p < sum.length; p++) sum[p] /= 4;
  return sum;
}

interface Filtering {
  readonly size: Size;
  /** Pixels between taps; negative: the transposed filter. */
  readonly step: number;
  readonly taps: readonly number[];
}

/** out += sum_t taps[t] plane[x + t step], round the border. */
function alongRows(
  plane: Float64Array,
  { size: { height, width }, step, taps }: Filtering,
  out: Float64Array,
): void {
  for (let t = 0; t < taps.length; t++) {
    const tap = taps[t];
    const shift = (((t * step) % width) + width) % width;
    for (let start = 0; start < height * width; start += width) {
      const turn = start + width - shift;
      for (let p = start; p < turn; p++) out[p] += tap * plane[p + shift];
      for (let p = turn; p < start + width; p++) out[p] += tap * plane[p + shift - width];
    }
  }
}

function alongCols(
  plane: Float64Array,
  { size: { height, width }, step, taps }: Filtering,
  out: Float64Array,
): void {
  for (let y = 0; y < height; y++) {
    const to = y * width;
    for (let t = 0; t < taps.length; t++) {
      const tap = taps[t];
      const from = ((((y + t * step) % height) + height) % height) * width;
      for (let x = 0; x < width; x++) out[to + x] += tap * plane[from + x];
    }
  }
}
