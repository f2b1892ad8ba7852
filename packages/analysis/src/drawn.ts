/** The pictures of HyRA, in the published scaling. */

import type { Raster } from '@bandweave/image';
import { BLUES_REVERSED } from './color-map.js';

/** The linear part over its largest value. */
export function drawnLinear({ data, ...head }: Raster<Float64Array>): Raster<Float64Array> {
  const most = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return { ...head, data: data.map((value) => value / most) };
}

/** The residual from its least to its largest value over all bands. */
export function drawnResidual({ data, ...head }: Raster<Float64Array>): Raster<Float64Array> {
  const low = data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const share = high > low ? 1 / (high - low) : 0;
  return { ...head, data: data.map((value) => (value - low) * share) };
}

/** One band in colours, [3, height, width] of 8 bits, from its least value (dark) to its largest. */
export function drawnSpectrum(spectrum: Raster, band = 0): Raster<Uint8Array> {
  const { height, width } = spectrum;
  const size = height * width;
  const plane = Float64Array.from(spectrum.data.subarray(band * size, (band + 1) * size));
  const low = plane.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = plane.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const share = high > low ? 256 / (high - low) : 0;
  const data = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    const entry = Math.min(255, Math.floor((plane[i] - low) * share));
    for (let c = 0; c < 3; c++) data[c * size + i] = BLUES_REVERSED[3 * entry + c];
  }
  return { bands: 3, height, width, data };
}
