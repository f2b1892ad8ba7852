/** Two images as planes for rules that know no masks. */

import type { Raster } from '@bandweave/image';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

export interface PairPlanes {
  /** [height, width] each */
  readonly estimate: readonly Float64Array[];
  readonly reference: readonly Float64Array[];
  readonly size: { readonly height: number; readonly width: number };
  readonly valid?: Uint8Array | undefined;
}

/**
 * The bands of both images; an invalid pixel is the reference band's mean in either, so that it
 * is no error and no detail.
 */
export function pairPlanes(
  estimate: Raster,
  reference: Raster,
  { mask }: MaskOption = {},
): PairPlanes {
  requireSameShape('indices', estimate, reference);
  const { bands, height, width } = reference;
  const valid = validPixels([estimate, reference], mask);
  const size = height * width;
  const bandsOf = ({ data }: Raster) =>
    Array.from({ length: bands }, (_, band) =>
      Float64Array.from(data.subarray(band * size, (band + 1) * size)),
    );
  const planes = { estimate: bandsOf(estimate), reference: bandsOf(reference) };
  if (valid) {
    for (let band = 0; band < bands; band++) {
      fill([planes.estimate[band], planes.reference[band]], valid);
    }
  }
  return { ...planes, size: { height, width }, valid };
}

function fill(pair: readonly [Float64Array, Float64Array], valid: Uint8Array): void {
  const [, truth] = pair;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < truth.length; i++) {
    if (valid[i] === 0) continue;
    sum += truth[i];
    count++;
  }
  const mean = count > 0 ? sum / count : 0;
  for (const plane of pair) {
    for (let i = 0; i < plane.length; i++) if (valid[i] === 0) plane[i] = mean;
  }
}

/** The mean of a figure of each band. */
export function bandMean(
  { estimate, reference }: PairPlanes,
  figure: (estimate: Float64Array, reference: Float64Array) => number,
): number {
  let sum = 0;
  for (let band = 0; band < reference.length; band++) {
    sum += figure(estimate[band], reference[band]);
  }
  return sum / reference.length;
}
