/**
 * The 23-tap polynomial enlargement of the pansharpening toolboxes (Aiazzi et al. 2002).
 *
 * Each doubling inserts zeros and filters with a 23-tap half-band filter, circular at the border.
 * The first doubling puts samples at odd positions, the later ones at even positions, so that
 * sample k lies at ratio*k + ratio/2. All doublings together are one filter per output phase.
 */

import { type Axis, type AxisRange, buildAxis, resamplePlane } from './axis.js';
import { InputError } from './errors.js';
import { bandPlane } from './plane.js';
import type { Raster } from './raster.js';
import type { AxisMap } from './resample/axis-map.js';

/** One side of the half-band filter: taps 0, 1, 3, 5, ... (the other even taps are 0). */
const HALF_BAND = [
  1, 0.61066818237, 0, -0.145397186478, 0, 0.043619155884, 0, -0.010385513306, 0, 0.001615524292, 0,
  -0.000120162964,
];

/** True for ratios that the 23-tap enlargement can serve: 2, 4, 8, ... */
export function isInterp23Ratio(ratio: number): boolean {
  return Number.isInteger(ratio) && ratio >= 2 && (ratio & (ratio - 1)) === 0;
}

/** The composite filter of all doublings, centred: weight of a sample at distance d is [half + d]. */
function compositeKernel(ratio: number): { half: number; weights: Float64Array } {
  let weights = new Float64Array([1]);
  let half = 0;
  for (let scale = 1; scale < ratio; scale *= 2) {
    // The doublings so far are spread over the finer grid, then filtered once more.
    const nextHalf = 2 * half + HALF_BAND.length - 1;
    const next = new Float64Array(2 * nextHalf + 1);
    for (let d = -half; d <= half; d++) {
      const w = weights[half + d];
      if (w === 0) continue;
      for (let t = 1 - HALF_BAND.length; t < HALF_BAND.length; t++) {
        next[nextHalf + 2 * d + t] += w * HALF_BAND[Math.abs(t)];
      }
    }
    weights = next;
    half = nextHalf;
  }
  return { half, weights };
}

/**
 * The axis of the 23-tap enlargement: output coordinates of the fine grid, circular border.
 *
 * @param size  samples of the coarse axis
 * @param ratio 2, 4, 8, ...
 */
export function interp23Axis(size: number, ratio: number, range: AxisRange = {}): Axis {
  const { first = 0, length = size * ratio - first } = range;
  const { taps, fill } = polyphase(ratio);
  return buildAxis({ size, first, length, taps, border: 'circular' }, fill);
}

/**
 * The whole enlargement of an axis as a map, every output with the same number of taps around it;
 * whoever loads the input wraps it round.
 */
export function interp23Map(inputs: number, ratio: number): AxisMap {
  const { taps, fill } = polyphase(ratio);
  const outputs = inputs * ratio;
  const first = new Int32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let o = 0; o < outputs; o++) {
    first[o] = fill(o, weights.subarray(o * taps, (o + 1) * taps));
  }
  return { inputs, outputs, taps, first, weights, negativeLobes: true };
}

/** Writes the weights of an output and returns its first input. */
function polyphase(ratio: number): {
  taps: number;
  fill: (output: number, row: Float64Array) => number;
} {
  if (!isInterp23Ratio(ratio)) {
    throw new InputError(
      `interp23: expected a ratio that is a power of two from 2 on, got ${ratio}; ` +
        'use another resampling.',
    );
  }
  const { half, weights } = compositeKernel(ratio);
  const phase = ratio / 2;
  const taps = Math.floor((2 * half) / ratio) + 1;
  const fill = (output: number, row: Float64Array) => {
    const start = Math.ceil((output - phase - half) / ratio);
    for (let t = 0; t < taps; t++) {
      const distance = output - phase - ratio * (start + t);
      if (distance >= -half && distance <= half) row[t] = weights[half + distance];
    }
    return start;
  };
  return { taps, fill };
}

/**
 * Every band enlarged by `ratio` (2, 4, 8, ...), as the toolboxes' `interp23tap`: sample (i, j)
 * keeps its value at (ratio*i + ratio/2, ratio*j + ratio/2); circular border.
 *
 * @returns [bands, height*ratio, width*ratio] in float64
 * @throws InputError for a ratio that is not a power of two
 */
export function interp23tap(image: Raster, ratio: number): Raster<Float64Array> {
  const { bands } = image;
  const height = image.height * ratio;
  const width = image.width * ratio;
  const rows = interp23Axis(image.height, ratio);
  const cols = interp23Axis(image.width, ratio);
  const data = new Float64Array(bands * height * width);
  for (let band = 0; band < bands; band++) {
    data.set(resamplePlane(bandPlane(image, band), { rows, cols }), band * height * width);
  }
  return { bands, height, width, data };
}
