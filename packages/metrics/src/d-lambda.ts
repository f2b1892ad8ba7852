/** Spectral distortion of QNR (Alparone et al. 2008). */

import { InputError, type Raster } from '@bandweave/image';
import { type BandStack, meanBlockQ } from './block-q.js';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, validPixels } from './shapes.js';

export const D_LAMBDA: IndexInfo = {
  key: 'd_lambda',
  title: 'D_lambda',
  range: [0, 2],
  best: 0,
  direction: 'lower',
  unit: '',
  convention: 'toolbox: MS enlarged, blocks of 32',
};

export interface DLambdaOptions extends MaskOption {
  /** Side of the blocks in pixels of the fused image; 32 by default. */
  readonly block?: number;
  /** Exponent; 1 by default. */
  readonly p?: number;
  /** Only where `ms` is the original, smaller image: blocks are then smaller by this ratio. */
  readonly ratio?: number;
}

/**
 * How much the relations between bands changed; 0 is perfect.
 * D_lambda = (mean over pairs i < j of |Q(F_i, F_j) - Q(M_i, M_j)|^p)^(1/p), Q over blocks.
 *
 * M is the MS image enlarged to the fused one's size (the toolboxes' form), or the MS image itself
 * (the paper's form): whichever is given. One band has no pairs: 0.
 *
 * @param fused [bands, height, width]
 * @param ms    the same bands, enlarged or not
 */
export function dLambda(
  fused: Raster,
  ms: Raster,
  { block = 32, p = 1, ratio = fused.height / ms.height, mask }: DLambdaOptions = {},
): number {
  if (fused.bands !== ms.bands) {
    throw new InputError(
      `dLambda: expected ${ms.bands} fused bands like the MS image, got ${fused.bands}.`,
    );
  }
  if (fused.bands < 2) return 0;
  const sameSize = fused.height === ms.height && fused.width === ms.width;
  const together = sameSize ? validPixels([fused, ms], mask) : undefined;
  const high = meanBlockQ(stackOf(fused), {
    block,
    pairs: 'all',
    valid: together ?? validPixels([fused], mask),
  });
  const low = meanBlockQ(stackOf(ms), {
    block: Math.max(2, Math.round(block / ratio)),
    pairs: 'all',
    valid: together ?? validPixels([ms]),
  });
  const bands = fused.bands;
  let sum = 0;
  for (let i = 0; i < bands; i++) {
    for (let j = i + 1; j < bands; j++) {
      sum += Math.abs(high[i * bands + j] - low[i * bands + j]) ** p;
    }
  }
  return (sum / ((bands * (bands - 1)) / 2)) ** (1 / p);
}

/** The bands of a raster as planes. */
export function stackOf({ bands, height, width, data }: Raster): BandStack {
  const size = height * width;
  const planes = Array.from({ length: bands }, (_, band) =>
    data.subarray(band * size, (band + 1) * size),
  );
  return { height, width, planes };
}
