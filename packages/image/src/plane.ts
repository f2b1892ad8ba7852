/** One band in memory, or a window of one: what the filters work on. */

import type { Raster } from './raster.js';
import { type Border, borderIndex } from './resample/border.js';
import type { Samples } from './samples.js';

/**
 * A window of a band. `row` and `col` are the coordinates of its first sample in the whole band;
 * they may be negative where the window was padded by a border rule.
 */
export interface Plane<T extends Samples = Samples> {
  /** [height, width] */
  readonly data: T;
  readonly height: number;
  readonly width: number;
  /** 0 by default. */
  readonly row?: number;
  /** 0 by default. */
  readonly col?: number;
}

/** One band of a raster as a plane that shares its memory. */
export function bandPlane<T extends Samples>(raster: Raster<T>, band: number): Plane<T> {
  const { height, width, data } = raster;
  const size = height * width;
  return { data: data.subarray(band * size, (band + 1) * size) as T, height, width };
}

/**
 * Where the samples of `count` coordinates from `first` on lie in a window that starts at `origin`
 * and holds `extent` samples, of a band of `size`. Coordinates inside the window are taken as they
 * are; others go through the border rule and must then lie in the window.
 */
export function windowIndices(
  range: { readonly first: number; readonly count: number },
  window: { readonly origin: number; readonly extent: number; readonly size: number },
  border: Border,
): Int32Array {
  const { origin, extent, size } = window;
  const indices = new Int32Array(range.count);
  for (let i = 0; i < range.count; i++) {
    let at = range.first + i - origin;
    if (at < 0 || at >= extent) at = borderIndex(range.first + i, size, border) - origin;
    if (at < 0 || at >= extent) {
      throw new RangeError(
        `filter: expected sample ${range.first + i} of ${size} (border ${border}) in the window, ` +
          `got ${origin}..${origin + extent - 1}; read a wider margin.`,
      );
    }
    indices[i] = at;
  }
  return indices;
}
