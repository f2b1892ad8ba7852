/** Resizing by MATLAB's rules: what the toolboxes mean by imresize. */

import { type Axis, type AxisRange, resamplePlane } from './axis.js';
import { InputError } from './errors.js';
import { kernelAxis, RESAMPLING_KERNELS } from './kernel-axis.js';
import { bandPlane } from './plane.js';
import type { Raster } from './raster.js';

export type ImresizeMethod = 'bicubic' | 'bilinear' | 'nearest';

/**
 * MATLAB divides the weights of every output by their sum; Octave does not, which shows (up to 1 %)
 * where a bicubic is shrunk by a factor that is not whole.
 */
export type ImresizeFlavour = 'matlab' | 'octave';

interface ImresizeOptions {
  readonly method?: ImresizeMethod;
  readonly flavour?: ImresizeFlavour;
}

const KERNELS = {
  bicubic: RESAMPLING_KERNELS.cubic,
  bilinear: RESAMPLING_KERNELS.bilinear,
  nearest: RESAMPLING_KERNELS.nearest,
} as const;

/**
 * One axis of imresize: output i lies at (i + 1/2)/scale - 1/2; symmetric border; bicubic
 * (a = -1/2) and bilinear are widened when shrinking, nearest never is and takes the later of two
 * equally near samples.
 */
export function imresizeAxis(
  size: number,
  scale: number,
  {
    first = 0,
    length = Math.ceil(size * scale - 1e-9) - first,
    method = 'bicubic',
    flavour = 'matlab',
  }: AxisRange & ImresizeOptions = {},
): Axis {
  const step = 1 / scale;
  // A hair to the right settles the halfway case of `nearest` as MATLAB does.
  const origin = 0.5 * step - 0.5 + (method === 'nearest' ? 1e-9 : 0);
  return kernelAxis(
    size,
    { origin, step },
    {
      kernel: KERNELS[method],
      antialias: method !== 'nearest',
      weights: flavour === 'matlab' ? 'unit-sum' : 'raw',
      border: 'symmetric',
      first,
      length,
    },
  );
}

/** A factor for both axes, or the size wanted. */
export type ImresizeTarget = ImresizeOptions &
  ({ readonly scale: number } | { readonly height: number; readonly width: number });

/**
 * Every band resized as MATLAB's imresize: by `scale` (size rounded up) or to `height` x `width`;
 * bicubic by default.
 *
 * @returns float64, whatever came in; values may overshoot
 * @throws InputError for a scale or size that is not positive
 */
export function imresize(image: Raster, target: ImresizeTarget): Raster<Float64Array> {
  const { method = 'bicubic', flavour = 'matlab' } = target;
  const scales =
    'scale' in target
      ? [target.scale, target.scale]
      : [target.height / image.height, target.width / image.width];
  if (!scales.every((scale) => scale > 0 && Number.isFinite(scale))) {
    throw new InputError(
      `imresize: expected a positive scale or size, got ${JSON.stringify(target)}.`,
    );
  }
  const rows = imresizeAxis(image.height, scales[0], { method, flavour });
  const cols = imresizeAxis(image.width, scales[1], { method, flavour });
  const size = rows.length * cols.length;
  const data = new Float64Array(image.bands * size);
  for (let band = 0; band < image.bands; band++) {
    data.set(resamplePlane(bandPlane(image, band), { rows, cols }), band * size);
  }
  return { bands: image.bands, height: rows.length, width: cols.length, data };
}
