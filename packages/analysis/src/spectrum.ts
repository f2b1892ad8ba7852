/** Amplitude spectra as HyRA draws them. */

import { fft2, type Raster, toComplex } from '@bandweave/image';

/**
 * `published` moves the zero frequency to the middle along all three axes, bands included, so that
 * plane 0 of three is the last band; `planes` leaves the bands where they are.
 */
export type ShiftMode = 'published' | 'planes';

/** log(1 + |F|), F the unnormalised transform of each band, zero frequency in the middle. */
export function logSpectrum(
  image: Raster,
  { shift = 'published' }: { readonly shift?: ShiftMode } = {},
): Raster<Float64Array> {
  const { bands, height, width } = image;
  const size = height * width;
  const data = new Float64Array(bands * size);
  for (let k = 0; k < bands; k++) {
    const target = shift === 'published' ? (k + Math.floor(bands / 2)) % bands : k;
    const amplitude = amplitudes(image, k);
    for (let i = 0; i < size; i++) data[target * size + i] = Math.log(amplitude[i] + 1);
  }
  return { bands, height, width, data };
}

/** |F| of one band, zero frequency at (floor(height/2), floor(width/2)). */
export function amplitudes(image: Raster, band: number): Float64Array {
  const { height, width } = image;
  const size = height * width;
  const values = toComplex(image.data.subarray(band * size, (band + 1) * size));
  fft2(values, { height, width });
  const out = new Float64Array(size);
  for (let y = 0; y < height; y++) {
    const row = (y + Math.floor(height / 2)) % height;
    for (let x = 0; x < width; x++) {
      const col = (x + Math.floor(width / 2)) % width;
      out[row * width + col] = Math.hypot(values.re[y * width + x], values.im[y * width + x]);
    }
  }
  return out;
}
