/** PCA: PAN takes the place of the first principal component (Chavez, Sides, Anderson 1991). */

import { symmetricEigen } from '@bandweave/image';
import type { FusionMethod } from '../method.js';
import {
  addBandMoments,
  bandMomentSize,
  readBandMoments,
  subMatrix,
} from '../statistics/band-moments.js';
import { intensityOf } from '../statistics/intensity.js';

export interface PrincipalParameters {
  /** The first unit eigenvector v of the bands' covariance; its largest entry is positive. */
  readonly vector: readonly number[];
  /** Matched PAN = gain * PAN + offset; the offset holds the component of the bands' means. */
  readonly gain: number;
  readonly offset: number;
}

/**
 * out_k = exp_k + v_k (P - c), c = sum v_j (exp_j - mean_j) and P = PAN with mean 0 and the
 * deviation of c: replacing one component of an orthonormal transform changes nothing else. The
 * sign of v decides whether PAN comes in upright or inverted: it is chosen so that v's largest
 * entry is positive.
 */
export const pca: FusionMethod<PrincipalParameters> = {
  name: 'pca',
  title: 'Principal component substitution',
  source: 'Chavez, Sides, Anderson 1991; form of Vivone et al. 2015',
  panMargin: () => 0,
  panBorder: 'replicate',
  statistics: {
    size: bandMomentSize,
    add: addBandMoments,
    solve(sums, scene) {
      const { bands } = scene;
      const { mean, covariance } = readBandMoments(sums, scene);
      const own = Array.from({ length: bands }, (_, k) => k);
      const { values, vectors } = symmetricEigen(subMatrix(covariance, bands + 1, own), bands);
      const vector = vectors.slice(0, bands);
      let largest = 0;
      for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
      if (largest < 0) for (let k = 0; k < bands; k++) vector[k] = -vector[k];
      const panVariance = covariance[(bands + 1) ** 2 - 1];
      const gain = panVariance > 0 ? Math.sqrt(Math.max(0, values[0]) / panVariance) : 0;
      let centre = 0;
      for (let k = 0; k < bands; k++) centre += vector[k] * mean[k];
      return { vector: [...vector], gain, offset: centre - gain * mean[bands] };
    },
  },
  fuse({ exp, pan }, { bands }, { vector, gain, offset }, out) {
    const pixels = pan.length;
    const detail = intensityOf(exp, vector, pixels);
    for (let p = 0; p < pixels; p++) detail[p] = gain * pan[p] + offset - detail[p];
    for (let k = 0; k < bands; k++) {
      const share = vector[k];
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) out[start + p] = exp[start + p] + share * detail[p];
    }
  },
};
