/** The largest value that an image could hold: what PSNR and SSIM are relative to. */

import { InputError, type Raster } from '@bandweave/image';

export interface PeakOption {
  /** Peak value; 2^bits - 1 by default. */
  readonly peak?: number;
  /** Radiometric bits of the counts. */
  readonly bits?: number;
}

/**
 * `peak`, else 2^bits - 1, else a guess from the reference: for counts the smallest 2^n - 1 from
 * 255 on that holds its largest value, for reals (reflectance) that largest value itself.
 */
export function peakValue(reference: Raster, { peak, bits }: PeakOption): number {
  const value = peak ?? (bits === undefined ? guessPeak(reference) : 2 ** bits - 1);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InputError(`peak: expected a positive peak value, got ${value}; give the bits.`);
  }
  return value;
}

function guessPeak({ data, mask, height, width }: Raster): number {
  const size = height * width;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] > largest && data[i] < Number.POSITIVE_INFINITY) {
      if (mask === undefined || mask[i % size] !== 0) largest = data[i];
    }
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    return largest > 0 ? largest : 1;
  }
  return 2 ** Math.max(8, Math.ceil(Math.log2(largest + 1))) - 1;
}
