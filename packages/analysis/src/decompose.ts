/** HyRA's decomposition: a network as a linear part and what remains (Wu et al. 2024). */

import { InputError, type Raster } from '@bandweave/image';
import { type LinearOptions, linearPart } from './linear-part.js';
import { resizeNearest } from './nearest.js';

export interface Decomposition {
  /** H, see `linearPart`. */
  readonly linear: Raster<Float64Array>;
  /** G = N - H, signed. */
  readonly residual: Raster<Float64Array>;
  /** N at the size of H. */
  readonly output: Raster<Float64Array>;
}

/**
 * N(I) = H(I) + G(I). In mode `published` N is resized to H by nearest neighbour, as the published
 * script does; in mode `convolution` both have one size.
 *
 * @param images.lr       what the network was given, [bands, h, w]
 * @param images.response its answer to one bright pixel
 * @param images.sr       its answer to `lr`, [bands, s h, s w]
 */
export function decompose(
  { lr, response, sr }: { readonly lr: Raster; readonly response: Raster; readonly sr: Raster },
  options: LinearOptions,
): Decomposition {
  if (sr.bands !== lr.bands) {
    throw new InputError(
      `decompose: expected an output of ${lr.bands} bands like the input, got ${sr.bands}.`,
    );
  }
  const linear = linearPart(lr, response, options);
  const output = resizeNearest(sr, linear);
  const data = output.data.map((value, i) => value - linear.data[i]);
  return { linear, output, residual: { ...linear, data } };
}

/**
 * Share of the network's energy that the linear part does not explain, away from the border:
 * sqrt(sum G² / sum N²).
 *
 * @param border pixels left out on each side
 */
export function residualShare({ residual, output }: Decomposition, border = 0): number {
  const { bands, height, width } = residual;
  let rest = 0;
  let all = 0;
  for (let k = 0; k < bands; k++) {
    for (let y = border; y < height - border; y++) {
      for (let x = border; x < width - border; x++) {
        const p = (k * height + y) * width + x;
        rest += residual.data[p] ** 2;
        all += output.data[p] ** 2;
      }
    }
  }
  return all > 0 ? Math.sqrt(rest / all) : 0;
}
