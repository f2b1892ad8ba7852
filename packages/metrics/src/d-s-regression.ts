/** Spatial distortion by regression (Alparone, Garzelli, Vivone 2018): D_s for many bands. */

import { InputError, type Raster, solveSymmetric } from '@bandweave/image';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, validPixels } from './shapes.js';

export const D_S_REGRESSION: IndexInfo = {
  key: 'd_s_r',
  title: 'D_s (regression)',
  range: [0, 1],
  best: 0,
  direction: 'lower',
  unit: '',
  convention: '1 - R² of PAN on the fused bands and a constant',
};

/**
 * 1 - R² of the least-squares regression of PAN on the fused bands and a constant: what of PAN's
 * detail no combination of the bands explains; 0 is perfect, and 0 where PAN is constant.
 *
 * @param fused [bands, height, width]
 * @param pan   [1, height, width]
 */
export function dSRegression(fused: Raster, pan: Raster, { mask }: MaskOption = {}): number {
  const { bands, height, width } = fused;
  if (pan.bands !== 1 || pan.height !== height || pan.width !== width) {
    throw new InputError(
      `dSRegression: expected PAN of shape [1,${height},${width}] like the fused image, ` +
        `got [${pan.bands},${pan.height},${pan.width}].`,
    );
  }
  const size = height * width;
  const valid = validPixels([fused, pan], mask);
  const planes = Array.from({ length: bands }, (_, band) =>
    centred(fused.data.subarray(band * size, (band + 1) * size), valid),
  );
  const target = centred(pan.data, valid);
  const matrix = new Float64Array(bands * bands);
  const right = new Float64Array(bands);
  for (let i = 0; i < bands; i++) {
    right[i] = product(planes[i], target);
    for (let j = 0; j <= i; j++) {
      matrix[i * bands + j] = product(planes[i], planes[j]);
      matrix[j * bands + i] = matrix[i * bands + j];
    }
  }
  const total = product(target, target);
  if (total === 0) return 0;
  const weights = solveSymmetric(matrix, right);
  let explained = 0;
  for (let i = 0; i < bands; i++) explained += weights[i] * right[i];
  return Math.min(1, Math.max(0, 1 - explained / total));
}

/** The plane less its mean over valid pixels; 0 at invalid ones. */
function centred(plane: ArrayLike<number>, valid: Uint8Array | undefined): Float64Array {
  const out = new Float64Array(plane.length);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < out.length; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    sum += plane[i];
    count++;
  }
  for (let i = 0; i < out.length; i++) {
    if (valid === undefined || valid[i] === 1) out[i] = plane[i] - sum / count;
  }
  return out;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
