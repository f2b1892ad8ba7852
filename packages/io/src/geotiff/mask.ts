/**
 * Which pixels hold data, in GDAL's order of precedence: an internal mask, then nodata, then an
 * alpha band. With nodata a pixel counts where every band that was read holds data.
 */

import type { Samples } from '@bandweave/image';

/** 1 where no band equals nodata (NaN means NaN); undefined where every pixel holds data. */
export function maskFromNodata(
  data: Samples,
  nodata: number,
  pixels: number,
): Uint8Array | undefined {
  // The file's text may hold more digits than a float32 has.
  const value = data instanceof Float32Array ? Math.fround(nodata) : nodata;
  const mask = new Uint8Array(pixels).fill(1);
  const found = Number.isNaN(value) ? strikeNaN(data, mask) : strike(data, value, mask);
  return found ? mask : undefined;
}

function strike(data: Samples, value: number, mask: Uint8Array): boolean {
  let found = false;
  for (let band = 0; band < data.length; band += mask.length) {
    for (let i = 0; i < mask.length; i++) {
      if (data[band + i] === value) {
        mask[i] = 0;
        found = true;
      }
    }
  }
  return found;
}

function strikeNaN(data: Samples, mask: Uint8Array): boolean {
  let found = false;
  for (let band = 0; band < data.length; band += mask.length) {
    for (let i = 0; i < mask.length; i++) {
      if (Number.isNaN(data[band + i])) {
        mask[i] = 0;
        found = true;
      }
    }
  }
  return found;
}

/** 1 where the mask's or alpha's sample is not 0; undefined where that is everywhere. */
export function maskFromSamples(samples: Samples): Uint8Array | undefined {
  const mask = new Uint8Array(samples.length);
  let valid = 0;
  for (let i = 0; i < samples.length; i++) {
    if (samples[i] !== 0) {
      mask[i] = 1;
      valid++;
    }
  }
  return valid === samples.length ? undefined : mask;
}
