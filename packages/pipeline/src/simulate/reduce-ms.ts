/** MS one scale coarser by Wald's protocol, with the pixels that hold no data kept out of it. */

import { bandKernels, mtfDecimate, type Raster } from '@bandweave/image';
import { allValid } from './reduce-pan.js';

/**
 * [bands, height / ratio, width / ratio]: filtered with each band's MTF kernel, every ratio-th
 * sample from ratio / 2 (rounded down) on, as the toolboxes do. Empty pixels count as the band's
 * mean in the filter, and what was sampled from a cell that holds one is empty.
 */
export function reduceMs(
  ms: Raster,
  { ratio, gains }: { readonly ratio: number; readonly gains: readonly number[] },
): Raster<Float64Array> {
  const reduced = mtfDecimate(filled(ms), bandKernels(ms.bands, { gains, ratio }), { ratio });
  if (!ms.mask) return reduced;
  const mask = new Uint8Array(reduced.height * reduced.width).fill(1);
  for (let y = 0; y < reduced.height; y++) {
    for (let x = 0; x < reduced.width; x++) {
      const cell = {
        row: [y * ratio, (y + 1) * ratio] as const,
        col: [x * ratio, (x + 1) * ratio] as const,
      };
      if (!allValid(ms, cell)) mask[y * reduced.width + x] = 0;
    }
  }
  return { ...reduced, mask };
}

function filled(ms: Raster): Raster {
  const { bands, height, width, data, mask } = ms;
  if (!mask) return ms;
  const size = height * width;
  const copy = new Float64Array(data);
  for (let band = 0; band < bands; band++) {
    const plane = copy.subarray(band * size, (band + 1) * size);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < size; i++) {
      if (mask[i] === 0) continue;
      sum += plane[i]!;
      count++;
    }
    const mean = count > 0 ? sum / count : 0;
    for (let i = 0; i < size; i++) if (mask[i] === 0) plane[i] = mean;
  }
  return { bands, height, width, data: copy };
}
