/** What goes into an index: shapes that agree, and which pixels count. */

import { InputError, type Raster } from '@bandweave/image';

export interface MaskOption {
  /** [height, width], 0 where a pixel is to be left out, beside the rasters' own masks. */
  readonly mask?: Uint8Array;
}

/** Throws an InputError where two rasters differ in bands, height or width. */
export function requireSameShape(who: string, estimate: Raster, reference: Raster): void {
  const same =
    estimate.bands === reference.bands &&
    estimate.height === reference.height &&
    estimate.width === reference.width;
  if (!same) {
    throw new InputError(
      `${who}: expected estimate of shape ${shape(reference)} like the reference, ` +
        `got ${shape(estimate)}; resample or choose bands first.`,
    );
  }
}

function shape({ bands, height, width }: Raster): string {
  return `[${bands},${height},${width}]`;
}

/**
 * [height, width] with 1 where a pixel is valid in every raster, in their masks, in `mask`, and all
 * its samples are finite; undefined where every pixel is, so that the usual case costs nothing.
 */
export function validPixels(rasters: readonly Raster[], mask?: Uint8Array): Uint8Array | undefined {
  const size = rasters[0].height * rasters[0].width;
  let valid: Uint8Array | undefined;
  const refuse = (pixel: number) => {
    valid ??= new Uint8Array(size).fill(1);
    valid[pixel] = 0;
  };
  const masks = [mask, ...rasters.map((raster) => raster.mask)];
  for (const each of masks) {
    if (!each) continue;
    if (each.length !== size) {
      throw new InputError(
        `mask: expected one value for each of ${size} pixels, got ${each.length}.`,
      );
    }
    for (let i = 0; i < size; i++) if (each[i] === 0) refuse(i);
  }
  for (const { data } of rasters) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    for (let i = 0; i < data.length; i++) {
      // Only NaN and the infinities differ from themselves here.
      if (data[i] - data[i] !== 0) refuse(i % size);
    }
  }
  return valid;
}
