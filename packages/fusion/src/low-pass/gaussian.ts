/** The Gaussian low-pass of the toolboxes (LPfilterGauss), at every pixel. */

import { type MtfKernel, mtfFilterAt, mtfKernel } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';
import { filled } from './filled.js';
import { mtfDecimation } from './mtf-low-pass.js';

const GAIN = 0.3;
const TAPS = 41;
const REACH = (TAPS - 1) / 2;

/** Gain 0.3 at the Nyquist frequency of MS, N taps wide. */
const kernelOf = perScene(
  (scene: Scene): MtfKernel =>
    mtfKernel({ gain: GAIN, taps: TAPS, ratio: scene.ratio.rows, width: 'n', precision: 1e-7 }),
);

/** PAN brought to the scale of MS by a Gaussian, [height, width] of the window. */
export function gaussianLowPass(window: FusionWindow, scene: Scene): Float64Array {
  const { rows, cols, height, width } = window;
  const panAround = filled(window.panAround, REACH);
  return mtfFilterAt({ ...panAround, row: 0, col: 0 }, kernelOf(scene), {
    rows: { size: panAround.height, first: rows.start - panAround.row, step: 1, length: height },
    cols: { size: panAround.width, first: cols.start - panAround.col, step: 1, length: width },
  });
}

/** PAN pixels around a window that the Gaussian at the MS centres in it takes. */
export function gaussianMargin({ ratio }: Scene): number {
  return TAPS + Math.ceil(Math.max(ratio.rows, ratio.cols));
}

/** The Gaussian kept at MS centres. */
export const gaussianDecimation = perScene((scene: Scene) =>
  mtfDecimation(scene, { gain: GAIN, width: 'n' }),
);
