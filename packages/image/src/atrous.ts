/**
 * The a-trous low-pass of the toolboxes (LPfilter): the approximation of an undecimated wavelet
 * transform with the B3 spline [1 4 6 4 1]/16. As there, the filter is not dilated from level to
 * level: analysis and synthesis apply it 2*levels times. Analysis extends each level's own,
 * growing result by a half-point mirror; synthesis shrinks it back.
 */

import { type Axis, type AxisRange, buildAxis, resamplePlane } from './axis.js';
import { bandPlane } from './plane.js';
import type { Raster } from './raster.js';
import { borderIndex } from './resample/border.js';

const B3_SPLINE = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/** Levels that LPfilter takes for a ratio. */
export function atrousLevels(ratio: number): number {
  return Math.ceil(Math.log2(ratio));
}

/** One axis of the low-pass; every output is a sum over samples inside the image. */
export function atrousAxis(
  size: number,
  levels: number,
  { first = 0, length = size - first }: AxisRange = {},
): Axis {
  const reach = 4 * levels;
  const taps = Math.min(2 * reach + 1, size);
  const interior = new Float64Array(2 * reach + 1);
  for (const [coordinate, weight] of atrousWeights({ output: 0, levels })) {
    interior[coordinate + reach] = weight;
  }
  return buildAxis({ size, first, length, taps, border: 'symmetric' }, (output, row) => {
    const start = Math.min(Math.max(output - reach, 0), size - taps);
    if (output - reach >= 0 && output + reach < size) row.set(interior);
    else {
      for (const [coordinate, weight] of atrousWeights({ output, levels, size })) {
        row[coordinate - start] += weight;
      }
    }
    return start;
  });
}

/** Weights of one output by going back through synthesis and analysis; no size: no border. */
function atrousWeights({
  output,
  levels,
  size,
}: {
  output: number;
  levels: number;
  size?: number;
}): Map<number, number> {
  let weights = new Map([[output, 1]]);
  const spread = (fold: (coordinate: number) => number) => {
    const next = new Map<number, number>();
    for (const [coordinate, weight] of weights) {
      for (let t = -2; t <= 2; t++) {
        const at = fold(coordinate + t);
        next.set(at, (next.get(at) ?? 0) + weight * B3_SPLINE[t + 2]);
      }
    }
    weights = next;
  };
  for (let level = 0; level < levels; level++) spread((coordinate) => coordinate);
  for (let level = levels - 1; level >= 0; level--) {
    // Level l starts from an array that has grown by 2*l on either side.
    const grown = 2 * level;
    spread((coordinate) =>
      size === undefined
        ? coordinate
        : borderIndex(coordinate + grown, size + 2 * grown, 'symmetric') - grown,
    );
  }
  return weights;
}

/**
 * LPfilter: every band low-passed for `ratio`, same size.
 *
 * @returns float64
 */
export function atrousFilter(image: Raster, ratio: number): Raster<Float64Array> {
  return apply(image, ratio, 1);
}

/**
 * LPfilterPlusDec: the low-passed image at every ratio-th sample from ratio/2 (rounded down) on.
 *
 * @returns float64, sizes divided by `ratio` and rounded up
 */
export function atrousDecimate(image: Raster, ratio: number): Raster<Float64Array> {
  return apply(image, ratio, ratio);
}

function apply(image: Raster, ratio: number, step: number): Raster<Float64Array> {
  const levels = atrousLevels(ratio);
  const phase = Math.floor(step / 2);
  const rows = decimateAxis(atrousAxis(image.height, levels), { phase, step });
  const cols = decimateAxis(atrousAxis(image.width, levels), { phase, step });
  const size = rows.length * cols.length;
  const data = new Float64Array(image.bands * size);
  for (let band = 0; band < image.bands; band++) {
    data.set(resamplePlane(bandPlane(image, band), { rows, cols }), band * size);
  }
  return { bands: image.bands, height: rows.length, width: cols.length, data };
}

/**
 * Every step-th output of an axis, from the one at coordinate `phase` on (coordinates become
 * 0, 1, 2, ...); the number is the axis's length over `step` rounded up, a last one outside is
 * folded back by the half-point mirror.
 */
export function decimateAxis(
  axis: Axis,
  { phase, step }: { readonly phase: number; readonly step: number },
): Axis {
  if (step === 1) return axis;
  const length = Math.ceil(axis.length / step);
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Float64Array(length * axis.taps);
  for (let i = 0; i < length; i++) {
    const from = borderIndex(phase + i * step, axis.length, 'symmetric');
    starts[i] = axis.starts[from];
    counts[i] = axis.counts[from];
    weights.set(axis.weights.subarray(from * axis.taps, (from + 1) * axis.taps), i * axis.taps);
  }
  return { ...axis, first: 0, length, starts, counts, weights };
}
