/** The regressions of PRACS from the covariances of everything that they relate. */

import { subMatrix } from '../statistics/band-moments.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import type { Moments } from '../statistics/moments.js';

/** How strongly detail is injected; the paper's value for 11 bits. */
const BETA = 0.95;
/** Share of PAN's mean below which a band's intensity is not divided by. */
const FLOOR = 0.01;

/** One entry a band. */
export interface Replacement {
  /** Share of PAN in the band's high-resolution component. */
  readonly ratios: readonly number[];
  /** J_k = constants[k] + sum_j slopes[k * bands + j] B_j */
  readonly slopes: readonly number[];
  readonly constants: readonly number[];
  /** mean(H_k - J_k) */
  readonly means: readonly number[];
  readonly weights: readonly number[];
  /** corr(I, exp_k) */
  readonly shares: readonly number[];
  readonly floors: readonly number[];
}

/** From the moments of B_1.., exp_1.., PAN, L PAN, L B_1... */
export function partialReplacement({ mean, covariance }: Moments, bands: number): Replacement {
  const size = 3 * bands + 2;
  const pan = 2 * bands;
  const lowPan = pan + 1;
  const lowBand = (k: number) => lowPan + 1 + k;
  const at = (i: number, j: number) => covariance[i * size + j];
  const all = Array.from({ length: bands }, (_, k) => k);
  const own = subMatrix(covariance, size, all);
  /** Slopes on all B, and the covariance of that combination with a variable. */
  const fit = (target: Float64Array) => solveSymmetric(own, target);
  const shared = (slopes: Float64Array, variable: number) =>
    all.reduce((sum, j) => sum + slopes[j] * at(j, variable), 0);
  const spread = (slopes: Float64Array) =>
    all.reduce((sum, j) => sum + slopes[j] * shared(slopes, j), 0);
  const correlate = (slopes: Float64Array, variable: number) => {
    const scale = Math.sqrt(Math.max(0, spread(slopes) * at(variable, variable)));
    return scale > 0 ? shared(slopes, variable) / scale : 0;
  };
  const intensity = fit(Float64Array.from(all, (j) => at(j, lowPan)));
  const deviations = all.map((k) => Math.sqrt(Math.max(0, at(bands + k, bands + k))));
  const average = deviations.reduce((sum, value) => sum + value, 0) / bands;
  const ratios = all.map((k) => correlate(intensity, k));
  const slopes: number[] = [];
  const constants: number[] = [];
  const means: number[] = [];
  const weights: number[] = [];
  all.forEach((k) => {
    const ratio = ratios[k];
    const mixed = (j: number) => ratio * at(j, lowPan) + (1 - ratio) * at(j, lowBand(k));
    const own = fit(Float64Array.from(all, mixed));
    const target = ratio * mean[lowPan] + (1 - ratio) * mean[lowBand(k)];
    slopes.push(...own);
    constants.push(all.reduce((sum, j) => sum - own[j] * mean[j], target));
    means.push(ratio * mean[pan] + (1 - ratio) * mean[k] - target);
    const share = average > 0 ? deviations[k] / average : 0;
    weights.push(BETA * correlate(own, bands + k) * share);
  });
  const shares = all.map((k) => correlate(intensity, bands + k));
  const floors = all.map(() => Math.max(Number.MIN_VALUE, FLOOR * mean[pan]));
  return { ratios, slopes, constants, means, weights, shares, floors };
}
