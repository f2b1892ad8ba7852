/** BT-H: Brovey without the haze (Lolli, Alparone, Garzelli, Vivone 2017). */

import { gaussianLowPass } from '../low-pass/gaussian.js';
import { mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { bandColumns, subMatrix } from '../statistics/band-moments.js';
import { addHaze, hazeSize, mergeHaze, readHaze } from '../statistics/haze.js';
import { intensityOf } from '../statistics/intensity.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import { modulationFloor } from '../statistics/matching.js';
import { addColumns, momentSize, rawProducts, readMoments } from '../statistics/moments.js';

export interface HazyBroveyParameters {
  readonly haze: readonly number[];
  /** Weights of the intensity, one a band. */
  readonly weights: readonly number[];
  /** Matched PAN = gain * PAN + offset. */
  readonly gain: number;
  readonly offset: number;
  /** Smallest intensity that is divided by. */
  readonly floor: number;
}

/**
 * out_k = max(exp_k - h_k, 0) P / I + h_k, I = sum w_j (exp_j - h_j); h_k the haze of band k, w the
 * least squares of PAN's Gaussian low-pass on the bands without a constant, P = PAN moved and
 * scaled so that its low-pass has mean and deviation of I. Where I is less than a tenth of its
 * mean, that stands for it; as released, nothing does.
 */
export const btH: FusionMethod<HazyBroveyParameters> = {
  name: 'bt-h',
  title: 'Brovey without haze',
  source: 'Lolli, Alparone, Garzelli, Vivone 2017',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: {
    size: (scene) => momentSize(scene.bands + 1) + hazeSize(scene),
    add(window, scene, sums) {
      const columns = [...bandColumns(window.exp, scene.bands), gaussianLowPass(window, scene)];
      addColumns(sums, 0, columns, window.mask);
      addHaze(window, scene, { sums, offset: momentSize(scene.bands + 1) });
    },
    merge(into, part, scene) {
      const offset = momentSize(scene.bands + 1);
      for (let i = 0; i < offset; i++) into[i] += part[i];
      mergeHaze(into, part, { scene, offset });
    },
    solve(sums, scene) {
      const { bands } = scene;
      const own = Array.from({ length: bands }, (_, k) => k);
      const products = rawProducts(sums, 0, bands + 1);
      const weights = solveSymmetric(
        subMatrix(products, bands + 1, own),
        subMatrix(products, bands + 1, own, [bands]),
      );
      const haze = readHaze(sums, { scene, offset: momentSize(bands + 1) });
      const { mean, covariance } = readMoments(sums, 0, bands + 1);
      let intensity = 0;
      let variance = 0;
      for (let k = 0; k < bands; k++) {
        intensity += weights[k] * (mean[k] - haze[k]);
        for (let j = 0; j < bands; j++) {
          variance += weights[k] * weights[j] * covariance[k * (bands + 1) + j];
        }
      }
      const low = covariance[(bands + 1) ** 2 - 1];
      const gain = low > 0 ? Math.sqrt(Math.max(0, variance) / low) : 1;
      return {
        haze,
        weights: [...weights],
        gain,
        offset: intensity - gain * mean[bands],
        floor: modulationFloor(intensity, scene.mode),
      };
    },
  },
  fuse({ exp, pan }, { bands }, { haze, weights, gain, offset, floor }, out) {
    const pixels = pan.length;
    const factor = intensityOf(exp, weights, pixels);
    let base = 0;
    for (let k = 0; k < bands; k++) base += weights[k] * haze[k];
    for (let p = 0; p < pixels; p++) {
      const intensity = factor[p] - base;
      // 1 + (P - I) / I, so that the floor tames what PAN adds and leaves the band itself alone.
      const divisor = intensity > floor ? intensity + Number.EPSILON : floor;
      factor[p] = 1 + (gain * pan[p] + offset - intensity) / divisor;
    }
    for (let k = 0; k < bands; k++) {
      const start = k * pixels;
      const dark = haze[k];
      for (let p = 0; p < pixels; p++) {
        const value = exp[start + p] - dark;
        out[start + p] = value > 0 ? value * factor[p] + dark : dark;
      }
    }
  },
};
