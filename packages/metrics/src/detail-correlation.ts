/** Spatial correlation over sliding windows: SCC as sewar and torchmetrics take it. */

import { boxWindow, innerMean, localMeans, localMoments } from './local-filter.js';
import { bandMean, type PairPlanes } from './pair-planes.js';

/** 9 times the pixel less the sum over its 3 x 3 neighbourhood: the 8-neighbour Laplacian. */
function details(plane: Float64Array, size: PairPlanes['size']): Float64Array {
  const means = localMeans(plane, size, boxWindow(3, 'symmetric'));
  // Both packages double it, which a correlation does not see.
  return means.map((mean, i) => 2 * 9 * (plane[i] - mean));
}

/**
 * Mean over pixels and bands of the correlation of Laplacian details in 8 x 8 windows; zeros stand
 * outside, and windows without detail count as 0.
 */
export function detailCorrelation(pair: PairPlanes): number {
  const { size, valid } = pair;
  return bandMean(pair, (a, b) => {
    const { varianceA, varianceB, covariance } = localMoments(details(a, size), details(b, size), {
      size,
      window: boxWindow(8, 'zero'),
    });
    for (let i = 0; i < covariance.length; i++) {
      const norm = Math.sqrt(Math.max(0, varianceA[i])) * Math.sqrt(Math.max(0, varianceB[i]));
      covariance[i] = norm === 0 ? 0 : covariance[i] / norm;
    }
    return innerMean(covariance, { size, crop: [0, 0], valid });
  });
}
