/** Repeatable images for the tests of filters. */

import type { Raster } from '../src/raster.js';

/** Pseudo-random counts between 0 and 2047 from a linear congruential generator. */
export function noise(bands: number, height: number, width: number): Raster<Float64Array> {
  const data = new Float64Array(bands * height * width);
  let state = 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state >>> 8) % 2048;
  }
  return { bands, height, width, data };
}

/** A window of one band as a plane that knows where it lies. */
export function cutPlane(
  { data, width }: Raster<Float64Array>,
  [row, col, height, columns]: readonly [number, number, number, number],
) {
  const cut = new Float64Array(height * columns);
  for (let y = 0; y < height; y++) {
    const from = (row + y) * width + col;
    cut.set(data.subarray(from, from + columns), y * columns);
  }
  return { data: cut, height, width: columns, row, col };
}
