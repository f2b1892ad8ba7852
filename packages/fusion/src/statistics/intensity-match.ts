/** PAN matched by mean and deviation to an intensity with given weights. */

import type { Statistics } from '../method.js';
import { intensityOf, weightsOrEqual } from './intensity.js';
import { addColumns, momentSize, readMoments } from './moments.js';

export interface IntensityMatch {
  /** Matched PAN = gain * PAN + offset. */
  readonly gain: number;
  readonly offset: number;
}

/** gain = std(I) / std(PAN), offset = mean(I) - gain mean(PAN); a flat PAN keeps gain 1. */
export const matchIntensity: Statistics<IntensityMatch> = {
  size: () => momentSize(2),
  add({ exp, pan, mask }, { bands, bandWeights }, sums) {
    const intensity = intensityOf(exp, weightsOrEqual(bands, bandWeights), pan.length);
    addColumns(sums, 0, [pan, intensity], mask);
  },
  solve(sums) {
    const { mean, covariance } = readMoments(sums, 0, 2);
    const gain = covariance[0] > 0 ? Math.sqrt(covariance[3] / covariance[0]) : 1;
    return { gain, offset: mean[1] - gain * mean[0] };
  },
};
