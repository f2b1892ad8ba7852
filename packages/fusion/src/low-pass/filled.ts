/** Fills holes from their surroundings, so that filters that know no mask can run over them. */

import type { Patch } from '../method.js';
import { boxMean } from './box.js';

/**
 * The patch with each missing pixel replaced by the mean of the known ones within `radius`; the
 * patch itself where nothing is missing. Pixels further than that from all that is known become 0:
 * a filter of that reach never brings them to a pixel that counts.
 */
export function filled(patch: Patch, radius: number): Patch {
  const { mask, data, bands, row, col, height, width } = patch;
  if (!mask) return patch;
  const size = height * width;
  const out = data.slice();
  const spans = { rows: { start: row, end: row + height }, cols: { start: col, end: col + width } };
  for (let k = 0; k < bands; k++) {
    const band = data.subarray(k * size, (k + 1) * size);
    const mean = boxMean(
      { data: band, row, col, height, width, mask },
      { ...spans, radius, outside: 'nothing' },
    );
    for (let p = 0; p < size; p++) if (mask[p] === 0) out[k * size + p] = mean[p];
  }
  return { data: out, bands, row, col, height, width };
}
