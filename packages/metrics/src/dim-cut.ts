/** The border that the toolboxes leave out of their official figures. */

import type { Raster } from '@bandweave/image';

/**
 * The image without its border: 1-based rows and columns cut .. end - cut, so one line more goes
 * at the end than at the beginning, as in the toolbox. Values are clipped to 0 .. `clip` if given.
 */
export function dimCut(
  { bands, height, width, data }: Raster,
  { cut, clip }: { readonly cut: number; readonly clip?: number },
): Raster<Float64Array> {
  const rows = Math.max(0, height - 2 * cut + 1);
  const columns = Math.max(0, width - 2 * cut + 1);
  const out = new Float64Array(bands * rows * columns);
  for (let band = 0, to = 0; band < bands; band++) {
    for (let y = 0; y < rows; y++) {
      const from = (band * height + y + cut - 1) * width + cut - 1;
      for (let x = 0; x < columns; x++) {
        const value = data[from + x];
        out[to++] = clip === undefined ? value : Math.min(clip, Math.max(0, value));
      }
    }
  }
  return { bands, height: rows, width: columns, data: out };
}
