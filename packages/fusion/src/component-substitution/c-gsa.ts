/** C-GSA: Gram-Schmidt adaptive with gains of their own for each kind of surface (Restaino et al. 2017). */

import { gaussianDecimation, gaussianMargin } from '../low-pass/gaussian.js';
import type { FusionMethod, FusionWindow } from '../method.js';
import { bandColumns, subMatrix } from '../statistics/band-moments.js';
import { addCoarseMoments } from '../statistics/coarse-moments.js';
import { intensityOf } from '../statistics/intensity.js';
import { addSamples, nearestCentres, SAMPLES, seededCentres } from '../statistics/k-means.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';

export interface ContextParameters {
  /** PAN at the scale of MS = constant + sum weights[k] exp_k. */
  readonly weights: readonly number[];
  readonly constant: number;
  /** [classes, bands]; where pixels are nearest to in the space of the bands. */
  readonly centres: readonly number[];
  /** [classes, bands]; from the second pass. */
  readonly gains: readonly number[];
}

export interface ClassOptions {
  /** Kinds of surface; 5 by default, as the toolbox. */
  readonly classes?: number;
  /** The class of every pixel of the scene, 0 .. classes - 1, in place of k-means. */
  readonly labels?: { readonly data: ArrayLike<number>; readonly width: number };
}

/**
 * out_k = exp_k + g_k (PAN - I), I = w_0 + sum w_j exp_j, w the least squares of PAN's Gaussian
 * low-pass at MS centres on MS and 1; g_k = cov(I, exp_k) / var(I) over the pixel's own class.
 * Classes come from k-means on the bands of a fixed lattice of pixels, seeded, so that the same
 * scene always gives the same classes; the toolbox leaves them to chance.
 */
export function contextualGsa({
  classes = 5,
  labels,
}: ClassOptions = {}): FusionMethod<ContextParameters> {
  const classify = (
    { exp, rows, cols, width }: FusionWindow,
    bands: number,
    centres: readonly number[],
  ) => {
    if (!labels) return nearestCentres(bandColumns(exp, bands), centres);
    const found = new Uint8Array(exp.length / bands);
    for (let p = 0; p < found.length; p++) {
      const at = (rows.start + Math.floor(p / width)) * labels.width + cols.start + (p % width);
      found[p] = labels.data[at];
    }
    return found;
  };
  return {
    name: 'c-gsa',
    title: 'Gram-Schmidt adaptive by context',
    source: 'Restaino, Dalla Mura, Vivone, Chanussot 2017',
    panMargin: gaussianMargin,
    panBorder: 'replicate',
    statistics: {
      size: ({ bands }) => momentSize(bands + 1) + SAMPLES * (bands + 1),
      add(window, scene, sums) {
        addCoarseMoments(window, scene, { decimation: gaussianDecimation(scene), sums });
        addSamples(window, scene, sums.subarray(momentSize(scene.bands + 1)));
      },
      solve(sums, { bands }) {
        const { mean, covariance } = readMoments(sums, 0, bands + 1);
        const own = Array.from({ length: bands }, (_, k) => k);
        const weights = solveSymmetric(
          subMatrix(covariance, bands + 1, own),
          subMatrix(covariance, bands + 1, own, [bands]),
        );
        let constant = mean[bands];
        for (let k = 0; k < bands; k++) constant -= weights[k] * mean[k];
        const centres = labels
          ? []
          : seededCentres(sums.subarray(momentSize(bands + 1)), { bands, classes });
        return { weights: [...weights], constant, centres, gains: [] };
      },
    },
    refinement: {
      size: ({ bands }) => classes * momentSize(bands),
      add(window, { bands }, { first, sums }) {
        const { exp, mask } = window;
        const found = classify(window, bands, first.centres);
        const columns = bandColumns(exp, bands);
        for (let i = 0; i < classes; i++) {
          const own = new Uint8Array(found.length);
          for (let p = 0; p < own.length; p++) {
            own[p] = found[p] === i && mask?.[p] !== 0 ? 1 : 0;
          }
          addColumns(sums, i * momentSize(bands), columns, own);
        }
      },
      solve(sums, { bands }, first) {
        const gains: number[] = [];
        for (let i = 0; i < classes; i++) {
          const { covariance } = readMoments(sums, i * momentSize(bands), bands);
          const shared = new Float64Array(bands);
          let variance = 0;
          for (let k = 0; k < bands; k++) {
            for (let j = 0; j < bands; j++) {
              shared[k] += covariance[k * bands + j] * first.weights[j];
            }
            variance += first.weights[k] * shared[k];
          }
          for (const value of shared) gains.push(variance > 0 ? value / variance : 0);
        }
        return { ...first, gains };
      },
    },
    fuse(window, { bands }, { weights, constant, centres, gains }, out) {
      const { exp, pan } = window;
      const pixels = pan.length;
      const found = classify(window, bands, centres);
      const detail = intensityOf(exp, weights, pixels);
      for (let p = 0; p < pixels; p++) detail[p] = pan[p] - constant - detail[p];
      const own = new Float64Array(classes);
      for (let k = 0; k < bands; k++) {
        for (let i = 0; i < classes; i++) own[i] = gains[i * bands + k];
        const start = k * pixels;
        for (let p = 0; p < pixels; p++) {
          out[start + p] = exp[start + p] + own[found[p]] * detail[p];
        }
      }
    },
  };
}

export const cGsa = contextualGsa();
