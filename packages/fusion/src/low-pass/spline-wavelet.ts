/**
 * The undecimated wavelet transform of the toolboxes with the B3 spline h = [1 4 6 4 1]/16 and the
 * high-pass 1 - h: its coefficients, for statistics, and its low-passes, for fusion. Each level
 * extends the one before it by a half-point mirror, so coefficients reach beyond the image.
 */

import { type Axis, type AxisRange, atrousAxis, borderIndex, buildAxis } from '@bandweave/image';

const B3_SPLINE = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/** How many coefficients of a level lie beyond the image, on either side. */
export function beyond(level: number): number {
  return 2 * level;
}

/**
 * The axis whose outputs are the coefficients of `level`: 0 is that at the image's first sample,
 * -2 level the first of all. Unit gain: the toolbox's are sqrt(2)^level times larger on each axis.
 */
export function coefficientAxis(
  size: number,
  { level, pass }: { readonly level: number; readonly pass: 'low' | 'high' },
  { first, length }: Required<AxisRange>,
): Axis {
  const taps = Math.min(4 * level + 1, size);
  const reach = 2 * level;
  // Far from the border all outputs have the weights of one far inside a long image.
  const middle = coefficientWeights(4 * reach, { size: 8 * reach, level, pass });
  const interior = new Float64Array(2 * reach + 1);
  for (const [input, weight] of middle) interior[input - 3 * reach] = weight;
  return buildAxis({ size, first, length, taps, border: 'symmetric' }, (output, row) => {
    const start = Math.min(Math.max(output - reach, 0), size - taps);
    if (output >= reach && output + reach < size) {
      row.set(interior);
      return start;
    }
    for (const [input, weight] of coefficientWeights(output, { size, level, pass })) {
      row[input - start] += weight;
    }
    return start;
  });
}

function coefficientWeights(
  output: number,
  {
    size,
    level,
    pass,
  }: { readonly size: number; readonly level: number; readonly pass: 'low' | 'high' },
): Map<number, number> {
  let weights = new Map([[output, 1]]);
  for (let from = level - 1; from >= 0; from--) {
    const grown = 2 * from;
    const fold = (at: number) => borderIndex(at + grown, size + 2 * grown, 'symmetric') - grown;
    const high = pass === 'high' && from === level - 1;
    const next = new Map<number, number>();
    const give = (at: number, weight: number) => next.set(at, (next.get(at) ?? 0) + weight);
    for (const [at, weight] of weights) {
      for (let t = -2; t <= 2; t++) {
        give(fold(at + t), (high ? -1 : 1) * weight * B3_SPLINE[t + 2]);
      }
      if (high) give(fold(at), weight);
    }
    weights = next;
  }
  return weights;
}

/** Analysis and synthesis of the approximation at a level; level 0 is the image itself. */
export function approximationAxis(size: number, level: number, range: Required<AxisRange>): Axis {
  if (level > 0) return atrousAxis(size, level, range);
  return buildAxis({ size, ...range, taps: 1, border: 'symmetric' }, (output, row) => {
    row[0] = 1;
    return output;
  });
}
