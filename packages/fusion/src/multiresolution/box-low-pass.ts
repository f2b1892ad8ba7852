/** PAN's mean over a box as wide as a MS pixel: the low-pass of HPF and SFIM. */

import { boxMean } from '../low-pass/box.js';
import type { FusionWindow, Scene } from '../method.js';

/** Half of the box: its side is the ratio, or the next odd number. */
export function boxRadius({ ratio }: Scene): number {
  return Math.floor(Math.max(1, Math.round(Math.max(ratio.rows, ratio.cols))) / 2);
}

/** [height, width] of the window; the border is replicated. */
export function boxLowPass(window: FusionWindow, scene: Scene): Float64Array {
  const { panAround, rows, cols } = window;
  return boxMean(panAround, { rows, cols, radius: boxRadius(scene), outside: 'nearest' });
}
