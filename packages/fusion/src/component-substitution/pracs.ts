/** PRACS: partial replacement adaptive component substitution (Choi, Yu, Kim 2011). */

import type { FloatSamples } from '@bandweave/image';
import { bicubicLowPass, bicubicMargin } from '../low-pass/bicubic-pan.js';
import type { FusionMethod, FusionWindow, Patch, Scene } from '../method.js';
import {
  addBandMoments,
  bandColumns,
  bandMomentSize,
  readBandMoments,
} from '../statistics/band-moments.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';
import { partialReplacement, type Replacement } from './partial-replacement.js';

export interface PracsParameters {
  /** Band k brought to mean and deviation of PAN = max(0, gains[k] * exp_k + offsets[k]). */
  readonly gains: readonly number[];
  readonly offsets: readonly number[];
  /** From the second pass. */
  readonly replacement?: Replacement;
}

/**
 * With B_k = band k at mean and deviation of PAN (negatives clipped) and L the bicubic low-pass by
 * shrinking and enlarging: I = regression of L PAN on all B and 1; r_k = corr(I, B_k);
 * H_k = r_k PAN + (1 - r_k) B_k; J_k = regression of L H_k on all B and 1;
 * out_k = exp_k + w_k (1 - |1 - r'_k exp_k / J_k|) (H_k - J_k), less its mean;
 * w_k = beta corr(J_k, exp_k) std(exp_k) / mean_j std(exp_j), r'_k = corr(I, exp_k). L is linear,
 * so all regressions follow from one table of covariances. Where J_k is nearly 0 the instability
 * is taken as 0 and nothing is injected; as released, the quotient stands.
 */
export const pracs: FusionMethod<PracsParameters> = {
  name: 'pracs',
  title: 'Partial replacement adaptive substitution',
  source: 'Choi, Yu, Kim 2011',
  panMargin: bicubicMargin,
  panBorder: 'symmetric',
  expMargin: bicubicMargin,
  statistics: {
    size: bandMomentSize,
    add: addBandMoments,
    solve(sums, scene) {
      const { bands } = scene;
      const { mean, covariance } = readBandMoments(sums, scene);
      const pan = Math.sqrt(covariance[(bands + 1) ** 2 - 1]);
      const gains: number[] = [];
      const offsets: number[] = [];
      for (let k = 0; k < bands; k++) {
        const own = Math.sqrt(covariance[k * (bands + 2)]);
        const gain = own > 0 ? pan / own : 0;
        gains.push(gain);
        offsets.push(mean[bands] - gain * mean[k]);
      }
      return { gains, offsets };
    },
  },
  refinement: {
    // The bands at PAN's mean, the bands, PAN, L PAN, then L of the bands at PAN's mean.
    size: ({ bands }) => momentSize(3 * bands + 2),
    add(window, scene, { first, sums }) {
      const { bands } = scene;
      const around = { ...window.expAround, data: matched(window.expAround.data, first, bands) };
      const columns = [
        ...bandColumns(matched(window.exp, first, bands), bands),
        ...bandColumns(window.exp, bands),
        window.pan,
        bicubicLowPass(window, scene, window.panAround),
        ...lowBands(window, scene, around),
      ];
      addColumns(sums, 0, columns, window.mask);
    },
    solve(sums, { bands }, first) {
      const moments = readMoments(sums, 0, 3 * bands + 2);
      return { ...first, replacement: partialReplacement(moments, bands) };
    },
  },
  fuse(window, { bands, mode }, parameters, out) {
    const { exp, pan } = window;
    const { ratios, slopes, constants, means, weights, shares, floors } =
      parameters.replacement as Replacement;
    const pixels = pan.length;
    const equal = new Float64Array(bands * CHUNK);
    const base = new Float64Array(CHUNK);
    for (let from = 0; from < pixels; from += CHUNK) {
      const count = Math.min(CHUNK, pixels - from);
      for (let k = 0; k < bands; k++) {
        const gain = parameters.gains[k];
        const offset = parameters.offsets[k];
        const start = k * pixels + from;
        for (let p = 0; p < count; p++) {
          const value = gain * exp[start + p] + offset;
          equal[k * CHUNK + p] = value > 0 ? value : 0;
        }
      }
      for (let k = 0; k < bands; k++) {
        base.fill(constants[k]);
        for (let j = 0; j < bands; j++) {
          const slope = slopes[k * bands + j];
          const plane = j * CHUNK;
          for (let p = 0; p < count; p++) base[p] += slope * equal[plane + p];
        }
        const ratio = ratios[k];
        const weight = weights[k];
        const share = shares[k];
        const mean = means[k];
        const floor = mode === 'released' ? 0 : floors[k];
        const start = k * pixels + from;
        const own = k * CHUNK;
        for (let p = 0; p < count; p++) {
          const low = base[p];
          const value = exp[start + p];
          const near = Math.abs(low) <= floor;
          const stability = near ? 0 : 1 - Math.abs(1 - (share * value) / low);
          const high = ratio * pan[from + p] + (1 - ratio) * equal[own + p];
          out[start + p] = value + weight * stability * (high - low - mean);
        }
      }
    }
  },
};

/** Pixels worked on together, so that all bands of them stay in the cache. */
const CHUNK = 2048;

/** Every band at mean and deviation of PAN, negatives clipped. */
function matched(
  image: FloatSamples,
  { gains, offsets }: PracsParameters,
  bands: number,
): Float64Array {
  const pixels = image.length / bands;
  const out = new Float64Array(image.length);
  for (let k = 0; k < bands; k++) {
    const gain = gains[k];
    const offset = offsets[k];
    for (let p = k * pixels; p < (k + 1) * pixels; p++) {
      const value = gain * image[p] + offset;
      out[p] = value > 0 ? value : 0;
    }
  }
  return out;
}

function lowBands(window: FusionWindow, scene: Scene, around: Patch): Float64Array[] {
  const { ratio, height, width } = scene;
  const panExtent = { rows: { start: 0, end: height }, cols: { start: 0, end: width } };
  return bandColumns(around.data, scene.bands).map((data) =>
    bicubicLowPass(window, { ratio, panExtent }, { ...around, data, bands: 1 }),
  );
}
