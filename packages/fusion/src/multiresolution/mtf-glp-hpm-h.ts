/** MTF-GLP-HPM-H: high-pass modulation without the haze (Lolli et al. 2017; Garzelli et al. 2018). */

import { gaussianLowPass } from '../low-pass/gaussian.js';
import { mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod } from '../method.js';
import { addHaze, hazeSize, mergeHaze, readHaze } from '../statistics/haze.js';
import { solveSymmetric } from '../statistics/least-squares.js';
import { modulationFloor } from '../statistics/matching.js';
import { addColumns, momentSize, readMoments } from '../statistics/moments.js';
import { bandOf } from './modulate.js';

export interface HazeParameters {
  /** Haze of each band. */
  readonly bands: readonly number[];
  /** Haze of PAN: the regression of PAN on the bands at their haze. */
  readonly pan: number;
  /** Smallest low-pass of PAN without haze that is divided by. */
  readonly floor: number;
}

/**
 * out_k = (exp_k - h_k) (PAN - h) / (L_k PAN - h) + h_k; h_k the haze of band k, h that of PAN,
 * from the least squares of PAN's Gaussian low-pass on the bands and 1. PAN is not matched. Where
 * L_k PAN - h is less than a tenth of its mean, that stands for it; as released, nothing does.
 */
export const mtfGlpHpmH: FusionMethod<HazeParameters> = {
  name: 'mtf-glp-hpm-h',
  title: 'MTF-GLP, modulation without haze',
  source: 'Lolli et al. 2017; Garzelli et al. 2018',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: {
    size: (scene) => momentSize(scene.bands + 2) + hazeSize(scene),
    add(window, scene, sums) {
      const { exp, pan, mask } = window;
      const columns = Array.from({ length: scene.bands }, (_, k) => bandOf(exp, k, pan.length));
      addColumns(sums, 0, [...columns, gaussianLowPass(window, scene), pan], mask);
      addHaze(window, scene, { sums, offset: momentSize(scene.bands + 2) });
    },
    merge(into, part, scene) {
      const offset = momentSize(scene.bands + 2);
      for (let i = 0; i < offset; i++) into[i] += part[i];
      mergeHaze(into, part, { scene, offset });
    },
    solve(sums, scene) {
      const { bands } = scene;
      const { mean, covariance } = readMoments(sums, 0, bands + 2);
      const at = (i: number, j: number) => covariance[i * (bands + 2) + j];
      const own = Float64Array.from({ length: bands * bands }, (_, i) =>
        at(Math.floor(i / bands), i % bands),
      );
      const weights = solveSymmetric(
        own,
        Float64Array.from({ length: bands }, (_, k) => at(k, bands)),
      );
      const haze = readHaze(sums, { scene, offset: momentSize(bands + 2) });
      let pan = mean[bands];
      for (let k = 0; k < bands; k++) pan += weights[k] * (haze[k] - mean[k]);
      return { bands: haze, pan, floor: modulationFloor(mean[bands + 1] - pan, scene.mode) };
    },
  },
  fuse(window, scene, { bands, pan: hazeOfPan, floor }, out) {
    const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const low = mtfLowPass(window, scene, valid);
    const { exp, pan } = window;
    for (let k = 0; k < scene.bands; k++) {
      const plane = low[k];
      const haze = bands[k];
      const start = k * pan.length;
      for (let p = 0; p < pan.length; p++) {
        const value = exp[start + p];
        const base = plane[p] - hazeOfPan;
        const detail = valid && valid[p] === 0 ? 0 : pan[p] - plane[p];
        const divisor = base > floor ? base + Number.EPSILON : floor;
        out[start + p] = value + ((value - haze) * detail) / divisor;
      }
    }
  },
};
