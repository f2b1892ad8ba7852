/** Circular blur: the kernel's Fourier transform on the picture's grid, and what it does. */

import { InputError, type Raster } from '@bandweave/image';
import { type Complex, fft2, ifft2, type Size } from '../fourier/fft.js';
import type { BlurKernel } from './kernels.js';

/** The kernel on a grid of the picture's size, turned so that its centre lies at the first pixel. */
export function placeKernel({ height, width, data }: BlurKernel, size: Size): Float64Array {
  if (height > size.height || width > size.width) {
    throw new InputError(
      `kernel: expected at most ${size.height} x ${size.width} pixels like the picture, got ${height} x ${width}; use a smaller one.`,
    );
  }
  const out = new Float64Array(size.height * size.width);
  const [up, left] = [height >> 1, width >> 1];
  for (let r = 0; r < height; r++) {
    const row = (r - up + size.height) % size.height;
    for (let c = 0; c < width; c++) {
      out[row * size.width + ((c - left + size.width) % size.width)] += data[r * width + c];
    }
  }
  return out;
}

/** The spectrum of a placed kernel. */
export function kernelSpectrum(kernel: BlurKernel, size: Size): Complex {
  const spectrum = {
    re: placeKernel(kernel, size),
    im: new Float64Array(size.height * size.width),
  };
  fft2(spectrum, size);
  return spectrum;
}

/** h * u, circular, band by band. */
export function blur(picture: Raster, kernel: BlurKernel): Raster<Float64Array> {
  const { bands, height, width } = picture;
  const spectrum = kernelSpectrum(kernel, { height, width });
  const size = height * width;
  const data = new Float64Array(bands * size);
  for (let band = 0; band < bands; band++) {
    const plane = Float64Array.from(picture.data.subarray(band * size, (band + 1) * size));
    data.set(throughSpectrum(plane, spectrum, { height, width }), band * size);
  }
  return { bands, height, width, data };
}

/** The real part of F⁻¹(spectrum · F(plane)). */
export function throughSpectrum(
  plane: Float64Array,
  { re, im }: Complex,
  size: Size,
): Float64Array {
  const f = { re: plane.slice(), im: new Float64Array(plane.length) };
  fft2(f, size);
  for (let i = 0; i < plane.length; i++) {
    const a = f.re[i] * re[i] - f.im[i] * im[i];
    f.im[i] = f.re[i] * im[i] + f.im[i] * re[i];
    f.re[i] = a;
  }
  ifft2(f, size);
  return f.re;
}
