/** The Gaussian low-pass of the toolboxes (LPfilterGauss), at every pixel. */

import { type MtfKernel, mtfFilterAt, mtfKernel } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';

/** Gain 0.3 at the Nyquist frequency of MS, N taps wide. */
const kernelOf = perScene(
  (scene: Scene): MtfKernel =>
    mtfKernel({ gain: 0.3, ratio: scene.ratio.rows, width: 'n', precision: 1e-7 }),
);

/** PAN brought to the scale of MS by a Gaussian, [height, width] of the window. */
export function gaussianLowPass(window: FusionWindow, scene: Scene): Float64Array {
  const { panAround, rows, cols, height, width } = window;
  return mtfFilterAt({ ...panAround, row: 0, col: 0 }, kernelOf(scene), {
    rows: { size: panAround.height, first: rows.start - panAround.row, step: 1, length: height },
    cols: { size: panAround.width, first: cols.start - panAround.col, step: 1, length: width },
  });
}
