/** RASE as sewar takes it: over sliding windows, the means along bands too. */

import { borderIndex } from '@bandweave/image';
import { boxWindow, innerMean, localMeans } from '../local-filter.js';
import type { PairPlanes } from '../pair-planes.js';

const SIDE = 8;

/**
 * Mean over pixels of 100/M · sqrt(mean_k e_k²), e_k² the mean squared error of band k in an 8 x 8
 * window and M the mean over bands of the reference's window means, divided once more by 64 (both
 * packages do). `bands`: whether the window means also run over eight bands (sewar: the filter is
 * given the whole cube) or not (torchmetrics).
 */
export function windowRase(pair: PairPlanes, bands: 'mixed' | 'apart'): number {
  const { estimate, reference, size, valid } = pair;
  const window = boxWindow(SIDE, 'symmetric');
  const errors = new Float64Array(size.height * size.width);
  const levels = new Float64Array(errors.length);
  const shares = bandShares(reference.length, bands);
  for (let band = 0; band < reference.length; band++) {
    const truth = reference[band];
    const squares = estimate[band].map((value, i) => (value - truth[i]) ** 2);
    const error = localMeans(squares, size, window);
    const level = localMeans(truth, size, window);
    for (let i = 0; i < errors.length; i++) {
      errors[i] += error[i] / reference.length;
      levels[i] += (shares[band] * level[i]) / (SIDE * SIDE);
    }
  }
  const map = errors.map((error, i) => {
    // Where nothing shines there is nothing to be relative to.
    return levels[i] === 0 ? 0 : (100 / levels[i]) * Math.sqrt(error);
  });
  return innerMean(map, { size, crop: [SIDE / 2, SIDE / 2], valid });
}

/** How much each band weighs in the mean over bands. */
function bandShares(count: number, bands: 'mixed' | 'apart'): Float64Array {
  const shares = new Float64Array(count);
  if (bands === 'apart') return shares.fill(1 / count);
  for (let band = 0; band < count; band++) {
    for (let t = 0; t < SIDE; t++) {
      shares[borderIndex(band - SIDE / 2 + t, count, 'symmetric')] += 1 / (SIDE * count);
    }
  }
  return shares;
}
