/** Spatial distortion by local correlation with PAN (Scarpa and Ciotola 2022). */

import { InputError, type Raster } from '@bandweave/image';
import type { IndexInfo } from './index-info.js';
import { meanLocalCorrelation } from './local-correlation.js';
import { type MaskOption, validPixels } from './shapes.js';

export const D_RHO: IndexInfo = {
  key: 'd_rho',
  title: 'D_rho',
  range: [0, 2],
  best: 0,
  direction: 'lower',
  unit: '',
  convention: 'full-resolution tool: windows of one MS pixel',
};

export interface DRhoOptions extends MaskOption {
  /** MS pixel size over PAN pixel size; windows have this side. */
  readonly ratio?: number;
  /** Half the windows' side; ratio/2 rounded up by default. */
  readonly halfWidth?: number;
}

/**
 * Mean over pixels and bands of 1 - local correlation with PAN; 0 is perfect. Local: within one MS
 * pixel, where only PAN knows the detail.
 *
 * @param fused [bands, height, width]
 * @param pan   [1, height, width]
 */
export function dRho(
  fused: Raster,
  pan: Raster,
  { ratio = 4, halfWidth = Math.ceil(ratio / 2), mask }: DRhoOptions = {},
): number {
  const { bands, height, width } = fused;
  if (pan.bands !== 1 || pan.height !== height || pan.width !== width) {
    throw new InputError(
      `dRho: expected PAN of shape [1,${height},${width}] like the fused image, ` +
        `got [${pan.bands},${pan.height},${pan.width}].`,
    );
  }
  const valid = validPixels([fused, pan], mask);
  const size = height * width;
  let sum = 0;
  for (let band = 0; band < bands; band++) {
    const plane = fused.data.subarray(band * size, (band + 1) * size);
    sum += 1 - meanLocalCorrelation(plane, pan.data, { height, width, halfWidth, valid });
  }
  return sum / bands;
}
