/**
 * Wald's protocol: the pair one scale coarser, so that the original MS serves as the reference
 * (Wald, Ranchin, Mangolini 1997). Order and phase are those of the toolboxes' resize_images.
 */

import { InputError } from './errors.js';
import { imresize } from './imresize.js';
import { mtfDecimate } from './mtf-filter.js';
import { type MtfKernel, mtfKernel } from './mtf-kernel.js';
import type { Raster } from './raster.js';

export interface WaldOptions {
  /** Whole number from 2 on. */
  readonly ratio: number;
  /** MTF gain at Nyquist of each MS band, or one for all. */
  readonly gains: number | readonly number[];
}

export interface WaldPair {
  readonly ms: Raster<Float64Array>;
  readonly pan: Raster<Float64Array>;
}

/** One kernel a band from gains at Nyquist. */
export function bandKernels(
  bands: number,
  {
    gains,
    ratio,
    precision,
  }: {
    readonly gains: number | readonly number[];
    readonly ratio: number;
    readonly precision?: number;
  },
): MtfKernel[] {
  const list = typeof gains === 'number' ? new Array<number>(bands).fill(gains) : gains;
  if (list.length !== bands) {
    throw new InputError(
      `bandKernels: expected one MTF gain for each of ${bands} bands, got ${list.length}; ` +
        'name another sensor or give the gains.',
    );
  }
  const made = new Map<number, MtfKernel>();
  return list.map((gain) => {
    const kernel =
      made.get(gain) ??
      mtfKernel({ gain, ratio, ...(precision === undefined ? {} : { precision }) });
    made.set(gain, kernel);
    return kernel;
  });
}

/**
 * MS and PAN reduced by `ratio`.
 *
 * MS: filtered with each band's MTF kernel, then every ratio-th sample from ratio/2 (rounded down)
 * on: the reduced grid lies half a fine pixel off its nominal corner. PAN: bicubic reduction with
 * antialiasing, no MTF.
 *
 * @throws InputError where the ratio does not divide a size
 */
export function waldDegrade(
  { ms, pan }: { readonly ms: Raster; readonly pan: Raster },
  { ratio, gains }: WaldOptions,
): WaldPair {
  if (!(Number.isInteger(ratio) && ratio >= 2)) {
    throw new InputError(`waldDegrade: expected a whole ratio from 2 on, got ${ratio}.`);
  }
  for (const size of [ms.height, ms.width, pan.height, pan.width]) {
    if (size % ratio !== 0) {
      throw new InputError(
        `waldDegrade: expected sizes that are multiples of ${ratio}, got MS ` +
          `${ms.height}x${ms.width} and PAN ${pan.height}x${pan.width}; crop them first.`,
      );
    }
  }
  return {
    ms: mtfDecimate(ms, bandKernels(ms.bands, { gains, ratio }), { ratio }),
    pan: imresize(pan, { scale: 1 / ratio }),
  };
}
