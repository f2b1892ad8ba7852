/** The undecimated B3-spline low-pass of the toolboxes (LPfilterPlusDec), kept at MS centres. */

import { type Axis, type AxisMap, atrousAxis, atrousLevels, type Span } from '@bandweave/image';
import type { Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';
import type { Decimation } from './coarse-grid.js';
import { type CoarseAxis, coarseAxes } from './decimation-map.js';

/** PAN pixels that the filter reaches on either side of a MS centre. */
export function atrousReach({ ratio }: Scene): number {
  return 4 * atrousLevels(Math.max(ratio.rows, ratio.cols)) + 1;
}

/**
 * The decimation by this low-pass. Between pixels the two neighbouring results are mixed
 * linearly: the toolbox knows whole-pixel phases only.
 */
export const atrousDecimation = perScene((scene: Scene): Decimation => {
  const { rows, cols } = coarseAxes(scene);
  return {
    maps: {
      rows: atrousMap(rows, scene.panExtent.rows),
      cols: atrousMap(cols, scene.panExtent.cols),
    },
  };
});

function atrousMap({ panSize, msSize, ratio, phase }: CoarseAxis, extent: Span): AxisMap {
  const size = extent.end - extent.start;
  const axis = atrousAxis(size, atrousLevels(ratio));
  const taps = axis.taps + 1;
  const first = new Int32Array(msSize);
  const weights = new Float64Array(msSize * taps);
  for (let i = 0; i < msSize; i++) {
    const exact = Math.min(size - 1, Math.max(0, phase + i * ratio - extent.start));
    const near = Math.round(exact);
    const whole = Math.abs(exact - near) < 1e-6;
    const low = whole ? near : Math.floor(exact);
    const part = whole ? 0 : exact - low;
    const start = Math.min(axis.starts[low], axis.starts[Math.min(low + 1, size - 1)]);
    first[i] = extent.start + start;
    addShare(axis, low, 1 - part, weights, i * taps - start);
    if (part > 0) addShare(axis, low + 1, part, weights, i * taps - start);
  }
  return { inputs: panSize, outputs: msSize, taps, first, weights, negativeLobes: false };
}

/** Adds a share of one filtered pixel to the weights; `at` is where PAN pixel 0 would stand. */
function addShare(
  { starts, counts, weights, taps }: Axis,
  pixel: number,
  share: number,
  target: Float64Array,
  at: number,
): void {
  for (let t = 0; t < counts[pixel]; t++) {
    target[at + starts[pixel] + t] += share * weights[pixel * taps + t];
  }
}
