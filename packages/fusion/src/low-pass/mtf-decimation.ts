/** The filter that takes a sharp band to the coarse grid as the coarse sensor would have seen it. */

import { mtfProfile } from '@bandweave/image';
import type { Scene } from '../method.js';
import type { Decimation } from './coarse-grid.js';
import { type CoarseAxis, coarseAxes, decimationMap, normalised } from './decimation-map.js';

const TAPS = 41;

/** A product of two profiles of the Gaussian MTF with that gain at the coarse Nyquist frequency. */
export function mtfDecimation(scene: Scene, gain: number): Decimation {
  const axes = coarseAxes(scene);
  const axis = (coarse: CoarseAxis) => {
    const profile = mtfProfile({ gain, ratio: coarse.ratio, taps: TAPS });
    return normalised(decimationMap(coarse, (TAPS - 1) / 2, profile));
  };
  return { maps: { rows: axis(axes.rows), cols: axis(axes.cols) } };
}
