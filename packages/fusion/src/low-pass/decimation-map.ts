/** Maps from PAN to the MS grid for a filter with whole-pixel taps, at any ratio and phase. */

import { type AxisMap, weightSums } from '@bandweave/image';
import type { Scene } from '../method.js';

/** Positions of MS pixel centres on one axis of PAN (0 = centre of the first pixel). */
export interface CoarseAxis {
  readonly panSize: number;
  readonly msSize: number;
  readonly ratio: number;
  readonly phase: number;
}

export function coarseAxes(scene: Scene): { rows: CoarseAxis; cols: CoarseAxis } {
  return {
    rows: {
      panSize: scene.height,
      msSize: scene.msHeight,
      ratio: scene.ratio.rows,
      phase: scene.phase.rows,
    },
    cols: {
      panSize: scene.width,
      msSize: scene.msWidth,
      ratio: scene.ratio.cols,
      phase: scene.phase.cols,
    },
  };
}

/** Positions nearer to a whole pixel than this are taken as whole. */
const WHOLE = 1e-6;

/** True where every MS centre falls on a PAN pixel's centre, as under the toolbox's phase. */
export function onWholePixels({ ratio, phase }: CoarseAxis): boolean {
  const off = (value: number) => Math.abs(value - Math.round(value));
  return off(ratio) < WHOLE && off(phase) < WHOLE;
}

/**
 * The map that filters with `weight(distance)` and keeps MS centres: taps at whole pixels within
 * `radius` of the centre.
 */
export function decimationMap(
  { panSize, msSize, ratio, phase }: CoarseAxis,
  radius: number,
  weight: (distance: number) => number,
): AxisMap {
  const taps = 2 * radius + 2;
  const first = new Int32Array(msSize);
  const weights = new Float64Array(msSize * taps);
  // Where all centres lie alike between pixels, all have the weights of the first.
  const alike = Math.abs(ratio - Math.round(ratio)) < WHOLE;
  for (let i = 0; i < msSize; i++) {
    const exact = phase + i * (alike ? Math.round(ratio) : ratio);
    const centre = Math.abs(exact - Math.round(exact)) < WHOLE ? Math.round(exact) : exact;
    first[i] = Math.floor(centre) - radius;
    if (alike && i > 0) weights.copyWithin(i * taps, 0, taps);
    else for (let t = 0; t < taps; t++) weights[i * taps + t] = weight(first[i] + t - centre);
  }
  return { inputs: panSize, outputs: msSize, taps, first, weights, negativeLobes: false };
}

/** The same map with the weights of each output summing to 1. */
export function normalised(map: AxisMap): AxisMap {
  const sums = weightSums(map);
  const weights = map.weights.map((weight, i) => weight / sums[Math.floor(i / map.taps)]);
  return { ...map, weights };
}
