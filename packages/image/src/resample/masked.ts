/**
 * Resampling beside missing pixels, by GDAL's rule: each axis renormalises over its valid taps,
 * and a kernel with negative lobes answers only where at least half its taps, in a row, are valid.
 */

import type { FloatSamples } from '../samples.js';
import type { AxisMap } from './axis-map.js';
import type { BandWindow, OutputSpans } from './separable.js';

const NEARLY_ZERO = 1e-12;

/**
 * As `resampleWindow`, taking only pixels where `mask` is 1. Where all taps are valid the sum is
 * that of `resampleWindow`, not renormalised, so a window with a hole far away keeps its values.
 *
 * @param mask  [height, width] of the band window
 * @param out   [rows, cols]; 0 where nothing can be said
 * @param valid [rows, cols]; set to 0 where nothing can be said, left alone elsewhere
 */
export function resampleMasked(
  band: BandWindow & { readonly mask: Uint8Array },
  maps: { readonly rows: AxisMap; readonly cols: AxisMap },
  { rows, cols, out, valid }: OutputSpans & { out: FloatSamples; valid: Uint8Array },
): void {
  const width = cols.end - cols.start;
  const middle = new Float64Array(band.height * width);
  const known = new Uint8Array(band.height * width);
  const { data, mask } = band;
  for (let y = 0; y < band.height; y++) {
    for (let c = 0; c < width; c++) {
      const o = cols.start + c;
      const i = y * band.width - band.col + maps.cols.first[o];
      const at = y * width + c;
      known[at] = combine(maps.cols, o, data, mask, i, 1, middle, at) ? 1 : 0;
    }
  }
  for (let r = rows.start; r < rows.end; r++) {
    for (let x = 0; x < width; x++) {
      const i = (maps.rows.first[r] - band.row) * width + x;
      const at = (r - rows.start) * width + x;
      if (!combine(maps.rows, r, middle, known, i, width, out, at)) {
        out[at] = 0;
        valid[at] = 0;
      }
    }
  }
}

/** One output of one axis; false where too little is known. */
function combine(
  map: AxisMap,
  output: number,
  data: ArrayLike<number>,
  mask: Uint8Array,
  start: number,
  step: number,
  target: { [index: number]: number },
  at: number,
): boolean {
  const { taps, weights, negativeLobes } = map;
  let sum = 0;
  let total = 0;
  let run = 0;
  let longest = 0;
  let used = 0;
  for (let t = 0; t < taps; t++) {
    const weight = weights[output * taps + t];
    if (weight === 0) continue;
    used++;
    const i = start + t * step;
    if (mask[i] === 0) {
      run = 0;
      continue;
    }
    run++;
    if (run > longest) longest = run;
    sum += weight * data[i];
    total += weight;
  }
  if (total <= NEARLY_ZERO || (negativeLobes && longest < used >> 1)) return false;
  target[at] = run === used ? sum : sum / total;
  return true;
}
