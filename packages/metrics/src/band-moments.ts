/** Sums over pixels of both images, band by band: what RMSE, PSNR, ERGAS and CC are made of. */

import type { Raster } from '@bandweave/image';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

/** Means and second moments of one band. */
export interface BandMoments {
  readonly count: number;
  readonly meanEstimate: number;
  readonly meanReference: number;
  /** Sums of squared and crossed deviations from the means. */
  readonly squaresEstimate: number;
  readonly squaresReference: number;
  readonly cross: number;
  /** Sum of squared differences. */
  readonly squaredError: number;
}

const FIELDS = 7;

/**
 * Band moments of a scene seen window by window. Each window's moments are taken about its own
 * means and joined by the pairwise update, so that large offsets cost no digits.
 *
 * @see Chan, Golub, LeVeque 1983, Algorithms for computing the sample variance
 */
export class BandMomentsAccumulator {
  /** [bands, 7] in the order of BandMoments. */
  private state = new Float64Array(0);

  add(estimate: Raster, reference: Raster, { mask }: MaskOption = {}): this {
    requireSameShape('indices', estimate, reference);
    const valid = validPixels([estimate, reference], mask);
    const { bands } = estimate;
    const fresh = new Float64Array(bands * FIELDS);
    for (let band = 0; band < bands; band++) {
      fresh.set(windowMoments(estimate, reference, { band, valid }), band * FIELDS);
    }
    return this.join(fresh);
  }

  merge(other: BandMomentsAccumulator): this {
    return this.join(other.state);
  }

  private join(fresh: Float64Array): this {
    if (this.state.length === 0) this.state = Float64Array.from(fresh);
    else {
      for (let at = 0; at < fresh.length; at += FIELDS) joinBand(this.state, fresh, at);
    }
    return this;
  }

  /** The moments of every band so far. */
  moments(): BandMoments[] {
    return Array.from({ length: this.state.length / FIELDS }, (_, band) => {
      const [count, meanEstimate, meanReference, squaresEstimate, squaresReference, cross, error] =
        this.state.subarray(band * FIELDS, (band + 1) * FIELDS);
      return {
        count,
        meanEstimate,
        meanReference,
        squaresEstimate,
        squaresReference,
        cross,
        squaredError: error,
      };
    });
  }
}

function windowMoments(
  estimate: Raster,
  reference: Raster,
  { band, valid }: { band: number; valid: Uint8Array | undefined },
): number[] {
  const size = estimate.height * estimate.width;
  const from = band * size;
  const a = estimate.data;
  const b = reference.data;
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  let error = 0;
  for (let i = 0; i < size; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    const x = a[from + i];
    const y = b[from + i];
    count++;
    sumA += x;
    sumB += y;
    error += (x - y) * (x - y);
  }
  const meanA = count > 0 ? sumA / count : 0;
  const meanB = count > 0 ? sumB / count : 0;
  let squaresA = 0;
  let squaresB = 0;
  let cross = 0;
  for (let i = 0; i < size; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    const x = a[from + i] - meanA;
    const y = b[from + i] - meanB;
    squaresA += x * x;
    squaresB += y * y;
    cross += x * y;
  }
  return [count, meanA, meanB, squaresA, squaresB, cross, error];
}

function joinBand(state: Float64Array, fresh: Float64Array, at: number): void {
  const n = state[at];
  const m = fresh[at];
  const total = n + m;
  if (m === 0) return;
  const stepA = fresh[at + 1] - state[at + 1];
  const stepB = fresh[at + 2] - state[at + 2];
  const weight = (n * m) / total;
  state[at] = total;
  state[at + 1] += (stepA * m) / total;
  state[at + 2] += (stepB * m) / total;
  state[at + 3] += fresh[at + 3] + stepA * stepA * weight;
  state[at + 4] += fresh[at + 4] + stepB * stepB * weight;
  state[at + 5] += fresh[at + 5] + stepA * stepB * weight;
  state[at + 6] += fresh[at + 6];
}

/** Moments of two whole images. */
export function bandMoments(
  estimate: Raster,
  reference: Raster,
  options: MaskOption = {},
): BandMoments[] {
  return new BandMomentsAccumulator().add(estimate, reference, options).moments();
}
