/** Windows of a raster that is in memory. */

import { allocate, dataTypeOf, type Raster, type Samples, type Window } from '@bandweave/image';

/** The samples of a window, [bands, height, width], in an array of their own. */
export function copyWindow(
  { data, width, height }: Raster,
  window: Window,
  bands: readonly number[],
): Samples {
  const out = allocate(dataTypeOf(data), bands.length * window.height * window.width);
  let at = 0;
  for (const band of bands) {
    for (let row = 0; row < window.height; row++) {
      const start = (band * height + window.row + row) * width + window.col;
      out.set(data.subarray(start, start + window.width), at);
      at += window.width;
    }
  }
  return out;
}
