/** Filters that halve or double a grid again and again, as one filter for the whole ratio. */

import type { AxisMap } from '@bandweave/image';
import { type CoarseAxis, onWholePixels } from './decimation-map.js';

/** A symmetric filter: half on either side of the centre; weights [2 half + 1]. */
export interface SymmetricKernel {
  readonly half: number;
  readonly weights: Float64Array;
}

/** True where a ratio and phase are served: a power of two from 2 on, centres on whole pixels. */
export function isDoublingAxis(axis: CoarseAxis): boolean {
  const ratio = Math.round(axis.ratio);
  return ratio >= 2 && (ratio & (ratio - 1)) === 0 && onWholePixels(axis);
}

/** The filter `side` (from the centre outwards) applied at every halving or doubling of a ratio. */
export function doublingKernel(side: readonly number[], ratio: number): SymmetricKernel {
  const reach = side.length - 1;
  let half = 0;
  let weights = new Float64Array([1]);
  for (let scale = 1; scale < ratio; scale *= 2) {
    const nextHalf = 2 * half + reach;
    const next = new Float64Array(2 * nextHalf + 1);
    for (let d = -half; d <= half; d++) {
      for (let t = -reach; t <= reach; t++) {
        next[nextHalf + 2 * d + t] += weights[half + d] * side[Math.abs(t)];
      }
    }
    weights = next;
    half = nextHalf;
  }
  return { half, weights };
}

/** Enlarging by that kernel: coarse sample i lies at phase + ratio i of the fine grid. */
export function enlargingMap(
  { panSize, msSize, ratio, phase }: CoarseAxis,
  { half, weights: kernel }: SymmetricKernel,
): AxisMap {
  const step = Math.round(ratio);
  const origin = Math.round(phase);
  const taps = Math.floor((2 * half) / step) + 1;
  const first = new Int32Array(panSize);
  const weights = new Float64Array(panSize * taps);
  for (let o = 0; o < panSize; o++) {
    first[o] = Math.ceil((o - origin - half) / step);
    for (let t = 0; t < taps; t++) {
      const distance = o - origin - step * (first[o] + t);
      if (Math.abs(distance) <= half) weights[o * taps + t] = kernel[half + distance];
    }
  }
  return { inputs: msSize, outputs: panSize, taps, first, weights, negativeLobes: true };
}
