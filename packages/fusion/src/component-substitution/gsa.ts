/** GSA: Gram-Schmidt with an intensity fitted to PAN (Aiazzi, Baronti, Selva 2007). */

import { atrousDecimation, atrousReach } from '../low-pass/atrous-low-pass.js';
import type { FusionMethod, FusionWindow, Scene } from '../method.js';
import { bandColumns, subMatrix } from '../statistics/band-moments.js';
import { addCoarseMoments } from '../statistics/coarse-moments.js';
import { intensityOf } from '../statistics/intensity.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';

export interface GsaParameters {
  /** Weights of the intensity, one a band. */
  readonly weights: readonly number[];
  /** Injection gain, one a band. */
  readonly gains: readonly number[];
  /** mean(PAN) minus the mean of the weighted bands. */
  readonly offset: number;
}

/**
 * out_k = exp_k + g_k (PAN - mean(PAN) - (I - mean(I))), I = sum w_i exp_i. The weights are the
 * least squares of PAN (a-trous low-pass, at MS centres) on MS; g_k = cov(I, exp_k) / var(I).
 */
export const gsa: FusionMethod<GsaParameters> = {
  name: 'gsa',
  title: 'Gram-Schmidt adaptive',
  source: 'Aiazzi, Baronti, Selva 2007',
  panMargin: (scene) =>
    atrousReach(scene) + Math.ceil(Math.max(scene.ratio.rows, scene.ratio.cols)),
  panBorder: 'replicate',
  statistics: {
    size: ({ bands }) => momentSize(bands + 1) * 2,
    add(window, scene, sums) {
      addCoarseMoments(window, scene, { decimation: atrousDecimation(scene), sums });
      addFine(window, scene, sums);
    },
    solve(sums, { bands }) {
      const coarse = readMoments(sums, 0, bands + 1);
      const fine = readMoments(sums, momentSize(bands + 1), bands + 1);
      const own = Array.from({ length: bands }, (_, k) => k);
      const weights = solveSymmetric(
        subMatrix(coarse.covariance, bands + 1, own),
        subMatrix(coarse.covariance, bands + 1, own, [bands]),
      );
      const shared = new Float64Array(bands);
      for (let k = 0; k < bands; k++) {
        for (let j = 0; j < bands; j++) {
          shared[k] += fine.covariance[k * (bands + 1) + j] * weights[j];
        }
      }
      const variance = dot(weights, shared);
      return {
        weights: [...weights],
        gains: Array.from(shared, (value) => (variance > 0 ? value / variance : 0)),
        offset: fine.mean[bands] - dot(weights, fine.mean),
      };
    },
  },
  fuse({ exp, pan }, { bands }, { weights, gains, offset }, out) {
    const pixels = pan.length;
    const detail = intensityOf(exp, weights, pixels);
    for (let p = 0; p < pixels; p++) detail[p] = pan[p] - detail[p] - offset;
    for (let k = 0; k < bands; k++) {
      const gain = gains[k];
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) out[start + p] = exp[start + p] + gain * detail[p];
    }
  },
};

/** Enlarged MS and PAN at every pixel of the window. */
function addFine({ exp, pan, mask }: FusionWindow, { bands }: Scene, sums: Float64Array): void {
  addColumns(sums, momentSize(bands + 1), [...bandColumns(exp, bands), pan], mask);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
