/** Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004). */

import type { Raster, Window } from '@bandweave/image';
import { type CoreOption, coreSpans } from './core.js';
import type { IndexInfo } from './index-info.js';
import { type PeakOption, peakValue } from './peak.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

export const SSIM: IndexInfo = {
  key: 'ssim',
  title: 'SSIM',
  range: [-1, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: '11 x 11 Gaussian of 1.5, windows inside the image',
};

export interface SsimOptions extends MaskOption, PeakOption {
  /** Side of the Gaussian window, odd; 11 by default, at most the image's smaller side. */
  readonly window?: number;
  /** Its standard deviation in pixels; 1.5 by default. */
  readonly sigma?: number;
}

const K1 = 0.01;
const K2 = 0.03;

/**
 * Mean structural similarity over positions and bands; 1 is perfect.
 * SSIM = (2 μ_x μ_y + C1)(2 σ_xy + C2) / ((μ_x² + μ_y² + C1)(σ_x² + σ_y² + C2)) with local moments
 * under an 11 x 11 Gaussian of 1.5 pixels, C1 = (0.01 L)², C2 = (0.03 L)², L the peak.
 *
 * Only windows wholly inside the image and without invalid pixels count; NaN where there is none.
 */
export function ssim(estimate: Raster, reference: Raster, options: SsimOptions = {}): number {
  return new SsimAccumulator().add(estimate, reference, options).value();
}

/**
 * SSIM of a scene seen window by window: exact where windows have a margin of 5 around the core and
 * the peak is given.
 */
export class SsimAccumulator {
  private sum = 0;
  private count = 0;

  add(estimate: Raster, reference: Raster, options: SsimOptions & CoreOption = {}): this {
    requireSameShape('ssim', estimate, reference);
    const { window = 11, sigma = 1.5, mask, core } = options;
    const valid = validPixels([estimate, reference], mask);
    const peak = peakValue(reference, options);
    const smaller = Math.min(window, estimate.height, estimate.width);
    const side = smaller % 2 === 1 ? smaller : smaller - 1;
    const weights = gaussian(side, sigma);
    const whole = valid && wholeWindows(valid, estimate, side);
    const usable = core ? inCore(whole, estimate, { side, core }) : whole;
    const constants = { c1: (K1 * peak) ** 2, c2: (K2 * peak) ** 2 };
    for (let band = 0; band < estimate.bands; band++) {
      const part = bandSum({ estimate, reference, band, usable }, weights, constants);
      this.sum += part.sum;
      this.count += part.count;
    }
    return this;
  }

  /** Takes in what another accumulator saw. */
  merge(other: SsimAccumulator): this {
    this.sum += other.sum;
    this.count += other.count;
    return this;
  }

  value(): number {
    return this.sum / this.count;
  }
}

/** Windows whose middle lies in the core, of those that are usable. */
function inCore(
  usable: Uint8Array | undefined,
  image: Raster,
  { side, core }: { readonly side: number; readonly core: Window },
): Uint8Array {
  const { rows, cols } = coreSpans(image, core);
  const half = (side - 1) / 2;
  const width = image.width - side + 1;
  const out = new Uint8Array((image.height - side + 1) * width);
  for (let i = 0; i < out.length; i++) {
    const y = Math.floor(i / width) + half;
    const x = (i % width) + half;
    const inside = y >= rows[0] && y < rows[1] && x >= cols[0] && x < cols[1];
    if (inside && (usable === undefined || usable[i] === 1)) out[i] = 1;
  }
  return out;
}

function gaussian(side: number, sigma: number): Float64Array {
  const half = (side - 1) / 2;
  const weights = Float64Array.from({ length: side }, (_, i) =>
    Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** [height - side + 1, width - side + 1]: 1 where every pixel of the window is valid. */
function wholeWindows(
  valid: Uint8Array,
  { height, width }: { height: number; width: number },
  side: number,
): Uint8Array {
  const outWidth = width - side + 1;
  const out = new Uint8Array((height - side + 1) * outWidth);
  const columns = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      columns[x] += valid[y * width + x] - (y >= side ? valid[(y - side) * width + x] : 0);
    }
    if (y < side - 1) continue;
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += columns[x] - (x >= side ? columns[x - side] : 0);
      if (x >= side - 1 && sum === side * side) out[(y - side + 1) * outWidth + x - side + 1] = 1;
    }
  }
  return out;
}

/** Rows of x, y, x² + y² and xy, filtered along; a ring of `side` rows each. */
function bandSum(
  {
    estimate,
    reference,
    band,
    usable,
  }: { estimate: Raster; reference: Raster; band: number; usable: Uint8Array | undefined },
  weights: Float64Array,
  { c1, c2 }: { c1: number; c2: number },
): { sum: number; count: number } {
  const { height, width } = estimate;
  const side = weights.length;
  const outWidth = width - side + 1;
  const ring = Array.from({ length: 4 }, () => new Float64Array(side * outWidth));
  const raw = Array.from({ length: 4 }, () => new Float64Array(width));
  const local = Array.from({ length: 4 }, () => new Float64Array(outWidth));
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const from = (band * height + y) * width;
    const [a, b, squares, cross] = raw;
    for (let x = 0; x < width; x++) {
      const p = estimate.data[from + x];
      const r = reference.data[from + x];
      a[x] = p;
      b[x] = r;
      squares[x] = p * p + r * r;
      cross[x] = p * r;
    }
    const slot = (y % side) * outWidth;
    for (let k = 0; k < 4; k++) filterRow(raw[k], weights, ring[k].subarray(slot, slot + outWidth));
    if (y < side - 1) continue;
    for (let k = 0; k < 4; k++) filterDown(ring[k], weights, { last: y, out: local[k] });
    const row = (y - side + 1) * outWidth;
    const [meanA, meanB, meanSquares, meanCross] = local;
    for (let x = 0; x < outWidth; x++) {
      if (usable !== undefined && usable[row + x] === 0) continue;
      const products = meanA[x] * meanB[x];
      const means = meanA[x] * meanA[x] + meanB[x] * meanB[x];
      const covariance = meanCross[x] - products;
      const variances = meanSquares[x] - means;
      sum += ((2 * products + c1) * (2 * covariance + c2)) / ((means + c1) * (variances + c2));
      count++;
    }
  }
  return { sum, count };
}

function filterRow(row: Float64Array, weights: Float64Array, out: Float64Array): void {
  const half = (weights.length - 1) / 2;
  for (let x = 0; x < out.length; x++) {
    let sum = weights[half] * row[x + half];
    for (let t = 0; t < half; t++) sum += weights[t] * (row[x + t] + row[x + 2 * half - t]);
    out[x] = sum;
  }
}

function filterDown(
  ring: Float64Array,
  weights: Float64Array,
  { last, out }: { last: number; out: Float64Array },
): void {
  const side = weights.length;
  const width = out.length;
  out.fill(0);
  for (let t = 0; t < side; t++) {
    const w = weights[t];
    const at = ((last - side + 1 + t) % side) * width;
    for (let x = 0; x < width; x++) out[x] += w * ring[at + x];
  }
}
