/** GSA: Gram-Schmidt with an intensity fitted to PAN (Aiazzi, Baronti, Selva 2007). */

import { atrousDecimation, atrousReach } from '../low-pass/atrous-low-pass.js';
import { decimatePan } from '../low-pass/coarse-grid.js';
import { ownedCoarse } from '../low-pass/owned-coarse.js';
import type { FusionMethod, FusionWindow, Scene } from '../method.js';
import { intensityOf } from '../statistics/intensity.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import { addColumns, addObservation, momentSize, readMoments } from '../statistics/moments.js';

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
      addCoarse(window, scene, sums);
      addFine(window, scene, sums);
    },
    solve(sums, { bands }) {
      const coarse = readMoments(sums, 0, bands + 1);
      const fine = readMoments(sums, momentSize(bands + 1), bands + 1);
      const weights = solveSymmetric(
        square(coarse.covariance, bands),
        column(coarse.covariance, bands),
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

/** MS and low-passed PAN at the MS pixels whose centres this window owns. */
function addCoarse(window: FusionWindow, scene: Scene, sums: Float64Array): void {
  const spans = ownedCoarse(window, scene);
  const { ms, panAround } = window;
  const { bands } = scene;
  if (spans.rows.end <= spans.rows.start || spans.cols.end <= spans.cols.start) return;
  const low = decimatePan(panAround, atrousDecimation(scene), spans);
  const width = spans.cols.end - spans.cols.start;
  const values = new Float64Array(bands + 1);
  const plane = ms.height * ms.width;
  for (let i = 0; i < low.data.length; i++) {
    if (low.mask?.[i] === 0) continue;
    const row = spans.rows.start + Math.floor(i / width) - ms.row;
    const at = row * ms.width + spans.cols.start + (i % width) - ms.col;
    if (ms.mask?.[at] === 0) continue;
    for (let k = 0; k < bands; k++) values[k] = ms.data[k * plane + at];
    values[bands] = low.data[i];
    addObservation(sums, 0, values, bands + 1);
  }
}

/** Enlarged MS and PAN at every pixel of the window. */
function addFine({ exp, pan, mask }: FusionWindow, { bands }: Scene, sums: Float64Array): void {
  const pixels = pan.length;
  const columns = Array.from({ length: bands }, (_, k) =>
    exp.subarray(k * pixels, (k + 1) * pixels),
  );
  addColumns(sums, momentSize(bands + 1), [...columns, pan], mask);
}

/** The bands' own block of a covariance matrix whose last variable is PAN. */
function square(covariance: Float64Array, bands: number): Float64Array {
  const block = new Float64Array(bands * bands);
  for (let i = 0; i < bands; i++) {
    for (let j = 0; j < bands; j++) block[i * bands + j] = covariance[i * (bands + 1) + j];
  }
  return block;
}

/** Each band's covariance with PAN. */
function column(covariance: Float64Array, bands: number): Float64Array {
  return Float64Array.from({ length: bands }, (_, i) => covariance[i * (bands + 1) + bands]);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
