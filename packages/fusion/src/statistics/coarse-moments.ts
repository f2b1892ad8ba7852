/** Moments one scale down: MS as it came beside PAN's low-pass at MS centres. */

import { type Decimation, decimatePan } from '../low-pass/coarse-grid.js';
import { ownedCoarse } from '../low-pass/owned-coarse.js';
import type { FusionWindow, Scene } from '../method.js';
import { addObservation } from './moments.js';

/**
 * Adds, at the start of `sums`, the bands of MS and low-passed PAN (last) at the MS pixels whose
 * centres this window owns, where both are known: `momentSize(bands + 1)` sums.
 */
export function addCoarseMoments(
  window: FusionWindow,
  scene: Scene,
  { decimation, sums }: { readonly decimation: Decimation; readonly sums: Float64Array },
): void {
  const spans = ownedCoarse(window, scene);
  if (spans.rows.end <= spans.rows.start || spans.cols.end <= spans.cols.start) return;
  const { ms, panAround } = window;
  const { bands } = scene;
  const low = decimatePan(panAround, decimation, spans);
  const width = spans.cols.end - spans.cols.start;
  const values = new Float64Array(bands + 1);
  const plane = ms.height * ms.width;
  for (let i = 0; i < low.data.length; i++) {
    if (low.mask?.[i] === 0) continue;
    const row = spans.rows.start + Math.floor(i / width) - ms.row;
    const at = row * ms.width + spans.cols.start + (i % width) - ms.col;
    if (ms.mask?.[at] === 0) continue;
    for (let k = 0; k < bands; k++) values[k] = ms.data[k * plane + at];
    values[bands] = low.data[i];
    addObservation(sums, 0, values, bands + 1);
  }
}
