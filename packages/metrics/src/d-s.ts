/** Spatial distortion of QNR (Alparone et al. 2008). */

import { InputError, type Raster, type Samples } from '@bandweave/image';
import { meanBlockQ } from './block-q.js';
import { stackOf } from './d-lambda.js';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, validPixels } from './shapes.js';

export const D_S: IndexInfo = {
  key: 'd_s',
  title: 'D_s',
  range: [0, 2],
  best: 0,
  direction: 'lower',
  unit: '',
  convention: 'toolbox: MS and reduced PAN enlarged, blocks of 32',
};

export interface DsInputs {
  /** [1, height, width] like the fused image */
  readonly pan: Raster;
  /** The MS image, enlarged (toolbox) or not (paper). */
  readonly ms: Raster;
  /** PAN at the resolution of MS, on the grid of `ms`. */
  readonly panLow: Raster;
}

export interface DsOptions extends MaskOption {
  /** Side of the blocks in pixels of the fused image; 32 by default. */
  readonly block?: number;
  /** Exponent; 1 by default. */
  readonly q?: number;
}

/**
 * How much the relation of each band to PAN changed; 0 is perfect.
 * D_s = (mean over bands of |Q(F_i, P) - Q(M_i, P_low)|^q)^(1/q), Q over blocks.
 */
export function dS(
  fused: Raster,
  { pan, ms, panLow }: DsInputs,
  { block = 32, q = 1, mask }: DsOptions = {},
): number {
  const agree =
    pan.bands === 1 &&
    panLow.bands === 1 &&
    fused.bands === ms.bands &&
    pan.height * pan.width === fused.height * fused.width &&
    panLow.height * panLow.width === ms.height * ms.width;
  if (!agree) {
    throw new InputError(
      `dS: expected PAN on the grid of the fused image (${fused.height}x${fused.width}) and low PAN ` +
        `on that of MS (${ms.height}x${ms.width}), got ${pan.height}x${pan.width} and ` +
        `${panLow.height}x${panLow.width}; and as many fused as MS bands.`,
    );
  }
  const sameSize = fused.height === ms.height && fused.width === ms.width;
  const together = sameSize ? validPixels([fused, pan, ms, panLow], mask) : undefined;
  const high = qWithPan(fused, pan, {
    block,
    valid: together ?? validPixels([fused, pan], mask),
  });
  const low = qWithPan(ms, panLow, {
    block: Math.max(2, Math.round((block * ms.height) / fused.height)),
    valid: together ?? validPixels([ms, panLow]),
  });
  let sum = 0;
  for (let band = 0; band < fused.bands; band++) sum += Math.abs(high[band] - low[band]) ** q;
  return (sum / fused.bands) ** (1 / q);
}

function qWithPan(
  image: Raster,
  pan: Raster,
  { block, valid }: { block: number; valid: Uint8Array | undefined },
): number[] {
  const stack = stackOf(image);
  const planes: readonly Samples[] = [...stack.planes, pan.data];
  const matrix = meanBlockQ({ ...stack, planes }, { block, valid, pairs: 'last' });
  return Array.from(
    { length: image.bands },
    (_, band) => matrix[band * planes.length + planes.length - 1],
  );
}
