/** The figures of one analysis: how low-pass each part is, and how much is linear. */

import type { Raster } from '@bandweave/image';
import { type Decomposition, residualShare } from './decompose.js';
import { fitSinc, type SincFit } from './response-fit.js';
import { energyInBox } from './spectrum-shares.js';

export interface AnalysisSummary {
  /** Energy inside the low-resolution image's own frequencies, of all, means taken off. */
  readonly energyInBox: {
    readonly linear: number;
    readonly residual: number;
    readonly output: number;
  };
  /** sqrt(sum G² / sum N²), a margin of two response radii at most left out. */
  readonly residualShare: number;
  /** The ideal low-pass that fits the response of each band best. */
  readonly sinc: readonly SincFit[];
  /** Sum of the response of each band; scale² for an enlarger that keeps brightness. */
  readonly gain: readonly number[];
}

export function summarise(
  parts: Decomposition,
  { response, output, scale }: { response: Raster; output: Raster; scale: number },
): AnalysisSummary {
  const size = response.height * response.width;
  const border = Math.min(
    2 * scale,
    Math.floor(Math.min(parts.linear.height, parts.linear.width) / 4),
  );
  const bands = Array.from({ length: response.bands }, (_, k) => k);
  return {
    energyInBox: {
      linear: energyInBox(withoutMean(parts.linear), scale),
      residual: energyInBox(withoutMean(parts.residual), scale),
      output: energyInBox(withoutMean(output), scale),
    },
    residualShare: residualShare(parts, border),
    sinc: bands.map((k) => fitSinc(response, scale, k)),
    gain: bands.map((k) => {
      let sum = 0;
      for (let i = k * size; i < (k + 1) * size; i++) sum += response.data[i];
      return sum;
    }),
  };
}

/** The mean would outweigh all other frequencies. */
function withoutMean({ bands, height, width, data }: Raster): Raster<Float64Array> {
  const size = height * width;
  const out = Float64Array.from(data);
  for (let k = 0; k < bands; k++) {
    const band = out.subarray(k * size, (k + 1) * size);
    const mean = band.reduce((a, b) => a + b, 0) / size;
    for (let i = 0; i < size; i++) band[i] -= mean;
  }
  return { bands, height, width, data: out };
}
