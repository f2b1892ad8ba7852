/**
 * Cohen-Daubechies-Feauveau filters: nine taps shrink PAN, seven enlarge MS and the shrunk PAN
 * (Khan et al. 2008).
 */

import type { AxisMap, Span } from '@bandweave/image';
import type { Mode, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';
import type { Decimation } from './coarse-grid.js';
import { type CoarseAxis, coarseAxes, decimationMap, normalised } from './decimation-map.js';
import { doublingKernel, enlargingMap, isDoublingAxis } from './doubling-kernel.js';
import { mapOfRows, type Step, throughSteps } from './sparse-map.js';

/** From the centre outwards. */
const CDF9 = [0.602949018236, 0.266864118443, -0.078223266529, -0.016864118443, 0.026748757411];
const CDF7 = [1.115087052458, 0.591271763114, -0.057543526228, -0.091271763114];

/** The scene enlarged by the seven taps, where its grid allows that and no other was asked for. */
export const cdfScene = perScene((scene: Scene): Scene => {
  const { rows, cols } = coarseAxes(scene);
  if (!scene.polynomial) return scene;
  return {
    ...scene,
    enlarge: {
      rows: enlargingMap(rows, doublingKernel(CDF7, Math.round(rows.ratio))),
      cols: enlargingMap(cols, doublingKernel(CDF7, Math.round(cols.ratio))),
    },
  };
});

/** PAN pixels that shrinking reaches on either side of a MS centre. */
export function cdfReach({ ratio }: Scene): number {
  return Math.ceil(4 * Math.max(ratio.rows, ratio.cols)) + 2;
}

/**
 * PAN shrunk to the MS grid. The original keeps the wrong samples at ratios from 4 on (4 i + 1,
 * MS lying at 4 i + 2): as released. On other grids a bicubic as wide as a MS pixel takes its place.
 */
export const cdfDecimation = perScene((scene: Scene): Decimation => {
  const { rows, cols } = coarseAxes(scene);
  const { panExtent, mode } = scene;
  return {
    maps: {
      rows: shrinkingMap(rows, panExtent.rows, mode),
      cols: shrinkingMap(cols, panExtent.cols, mode),
    },
  };
});

function shrinkingMap(axis: CoarseAxis, extent: Span, mode: Mode): AxisMap {
  const { ratio } = axis;
  if (!isDoublingAxis(axis)) {
    return normalised(decimationMap(axis, Math.ceil(2 * ratio), (d) => keys(d / ratio)));
  }
  if (mode === 'released') return releasedMap(axis, extent);
  const { half, weights } = doublingKernel(CDF9, Math.round(ratio));
  const at = (distance: number) => weights[half + Math.round(distance)] ?? 0;
  return decimationMap(axis, half, at);
}

/** Halvings one after another, each with its own replicated border: odd samples first, then even. */
function releasedMap({ ratio, msSize, panSize }: CoarseAxis, extent: Span): AxisMap {
  const steps: Step[] = [];
  let size = extent.end - extent.start;
  for (let scale = 1; scale < Math.round(ratio); scale *= 2) {
    steps.push(halving(size, scale === 1 ? 1 : 0));
    size = scale === 1 ? Math.floor(size / 2) : Math.ceil(size / 2);
  }
  const rows = Array.from({ length: msSize }, (_, i) => throughSteps(Math.min(i, size - 1), steps));
  return mapOfRows(rows, { inputs: panSize, shift: extent.start });
}

function halving(size: number, phase: 0 | 1): Step {
  return (output) => {
    const row = new Map<number, number>();
    for (let t = -4; t <= 4; t++) {
      const input = Math.min(size - 1, Math.max(0, 2 * output + phase + t));
      row.set(input, (row.get(input) ?? 0) + CDF9[Math.abs(t)]);
    }
    return row;
  };
}

/** Keys' cubic, a = -1/2. */
function keys(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
