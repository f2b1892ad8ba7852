/** Spectral distortion of HQNR, after Khan's protocol (Khan, Alparone, Chanussot 2009). */

import { bandKernels, mtfFilter, type Raster } from '@bandweave/image';
import { fillInvalid } from './fill-invalid.js';
import type { IndexInfo } from './index-info.js';
import { type Q2nOptions, q2n } from './q2n.js';
import { requireSameShape, validPixels } from './shapes.js';

export const D_LAMBDA_K: IndexInfo = {
  key: 'd_lambda_k',
  title: 'D_lambda_K',
  range: [0, 1],
  best: 0,
  direction: 'lower',
  unit: '',
  convention: 'toolbox: MTF-filtered, not decimated, Q2n by blocks of 32',
};

/** Share of the kernel left out; moves the index by far less than its last printed digit. */
const PRECISION = 1e-8;

export interface DLambdaKOptions extends Omit<Q2nOptions, 'shift'> {
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
  /** MTF gain at Nyquist of each band, or one for all. */
  readonly gains: number | readonly number[];
}

/**
 * How far the fused image, brought back to the resolution of MS, is from MS; 0 is perfect.
 * D_lambda_K = 1 - Q2n(EXP, MTF * F): the fused image is filtered with each band's MTF kernel and
 * compared with the enlarged MS image, not decimated (the toolboxes' form).
 *
 * @param fused    [bands, height, width]
 * @param expanded MS enlarged to the same size
 */
export function dLambdaK(
  fused: Raster,
  expanded: Raster,
  { ratio, gains, mask, ...options }: DLambdaKOptions,
): number {
  requireSameShape('dLambdaK', fused, expanded);
  const valid = validPixels([fused, expanded], mask);
  const filled = fillInvalid(fused, valid);
  const kernels = bandKernels(fused.bands, { gains, ratio, precision: PRECISION });
  const degraded = mtfFilter(filled, kernels);
  return 1 - q2n(degraded, expanded, valid === undefined ? options : { ...options, mask: valid });
}
