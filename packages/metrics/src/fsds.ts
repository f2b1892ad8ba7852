/**
 * FSDS, the similarity of frequency spectrum distributions (Wu et al. 2024, "Exploring the low-pass
 * filtering behavior in image super-resolution"): how far the running sums of two spectra, from the
 * zero frequency outwards, lie apart.
 */

import { type Complex, fft2, type Raster, toComplex } from '@bandweave/image';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

export const FSDS: IndexInfo = {
  key: 'fsds',
  title: 'FSDS',
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  best: Number.POSITIVE_INFINITY,
  direction: 'higher',
  unit: 'dB',
  convention: 'half spectrum, all bands in one sum, error over the spectrum of the reference',
};

/** The running sums of one band's spectrum, [rows, cols] each, rows = half the height. */
export interface SpectrumSums {
  readonly rows: number;
  readonly cols: number;
  /** From frequency 0 to higher ones down the rows. */
  readonly first: Complex;
  /** From -1/height to lower ones down the rows. */
  readonly second: Complex;
}

/**
 * The image less its mean over all bands, divided by its deviation (n - 1) over all bands, so that
 * FSDS does not change with brightness or contrast; invalid pixels become 0.
 */
export function standardised(image: Raster, valid?: Uint8Array): Float64Array {
  const { data } = image;
  const size = image.height * image.width;
  const counts = (i: number) => valid?.[i % size] !== 0;
  let count = 0;
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    if (!counts(i)) continue;
    sum += data[i];
    count++;
  }
  const mean = count > 0 ? sum / count : 0;
  let squares = 0;
  for (let i = 0; i < data.length; i++) if (counts(i)) squares += (data[i] - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, count - 1));
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) if (counts(i)) out[i] = (data[i] - mean) / deviation;
  return out;
}

/**
 * Sums of the discrete Fourier transform over rectangles that begin at the zero frequency; an odd
 * height gets one row of zeros.
 */
export function spectrumSums(
  plane: Float64Array,
  { height, width }: { readonly height: number; readonly width: number },
): SpectrumSums {
  const even = height + (height % 2);
  const spectrum = toComplex(new Float64Array(even * width));
  spectrum.re.set(plane);
  fft2(spectrum, { height: even, width });
  const rows = even / 2;
  const cols = Math.floor(width / 2) + 1;
  const sums = (rowAt: (y: number) => number) => integrate(spectrum, { rows, cols, width, rowAt });
  return { rows, cols, first: sums((y) => y), second: sums((y) => even - 1 - y) };
}

function integrate(
  { re, im }: Complex,
  {
    rows,
    cols,
    width,
    rowAt,
  }: { rows: number; cols: number; width: number; rowAt: (y: number) => number },
): Complex {
  const out = { re: new Float64Array(rows * cols), im: new Float64Array(rows * cols) };
  for (let y = 0; y < rows; y++) {
    const from = rowAt(y) * width;
    let a = 0;
    let b = 0;
    for (let x = 0; x < cols; x++) {
      a += re[from + x];
      b += im[from + x];
      const at = y * cols + x;
      out.re[at] = a + (y > 0 ? out.re[at - cols] : 0);
      out.im[at] = b + (y > 0 ? out.im[at - cols] : 0);
    }
  }
  return out;
}

/** The two sums that FSDS is made of. */
export interface FsdsParts {
  /** Squared distance of the sums of both spectra. */
  readonly error: number;
  /** Squared sums of the reference's. */
  readonly energy: number;
}

export function fsdsParts(
  estimate: Raster,
  reference: Raster,
  { mask }: MaskOption = {},
): FsdsParts {
  requireSameShape('fsds', estimate, reference);
  const valid = validPixels([estimate, reference], mask);
  const size = estimate.height * estimate.width;
  const a = standardised(estimate, valid);
  const b = standardised(reference, valid);
  let error = 0;
  let energy = 0;
  for (let k = 0; k < estimate.bands; k++) {
    const own = spectrumSums(a.subarray(k * size, (k + 1) * size), estimate);
    const wanted = spectrumSums(b.subarray(k * size, (k + 1) * size), estimate);
    for (const half of ['first', 'second'] as const) {
      const p = own[half];
      const q = wanted[half];
      for (let i = 0; i < p.re.length; i++) {
        error += (p.re[i] - q.re[i]) ** 2 + (p.im[i] - q.im[i]) ** 2;
        energy += q.re[i] ** 2 + q.im[i] ** 2;
      }
    }
  }
  return { error, energy };
}

/**
 * -10 log10(error / energy) in decibels; infinite for images that differ by brightness and contrast
 * only, NaN where one of them is constant.
 *
 * @param estimate  [bands, height, width], any range and any number of bands
 * @param reference same shape
 */
export function fsds(estimate: Raster, reference: Raster, options: MaskOption = {}): number {
  const { error, energy } = fsdsParts(estimate, reference, options);
  return -10 * Math.log10(error / energy);
}
