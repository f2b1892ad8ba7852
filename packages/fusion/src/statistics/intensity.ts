/** A weighted sum of bands at every pixel: the intensity that PAN takes the place of. */

import type { FloatSamples } from '@bandweave/image';

/** intensity[p] = sum over k of weights[k] * image[k, p]; image is [bands, pixels]. */
export function intensityOf(
  image: FloatSamples,
  weights: ArrayLike<number>,
  pixels: number,
): Float64Array {
  const intensity = new Float64Array(pixels);
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k];
    const start = k * pixels;
    for (let p = 0; p < pixels; p++) intensity[p] += weight * image[start + p];
  }
  return intensity;
}

/** The scene's weights, or 1 / bands each. */
export function weightsOrEqual(bands: number, weights?: readonly number[]): readonly number[] {
  return weights ?? new Array<number>(bands).fill(1 / bands);
}
