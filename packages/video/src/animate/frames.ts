/** Frames as pictures and as what networks take: planes in -1..1, and rasters in 0..1. */

import type { Raster } from '@bandweave/image';
import type { Frame } from '@bandweave/io';

/** [3, height, width] in -1..1: v / 127.5 - 1. */
export function toSigned({ width, height, data }: Frame): Float32Array {
  const size = width * height;
  const planes = new Float32Array(3 * size);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < size; i++) planes[c * size + i] = data[3 * i + c] / 127.5 - 1;
  }
  return planes;
}

/** clamp(x / 2 + 0.5, 0, 1) · 255, truncated, as the base writes its GIF. */
export function toFrame(
  planes: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): Frame {
  const size = width * height;
  const data = new Uint8Array(3 * size);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < size; i++) {
      const share = planes[c * size + i] / 2 + 0.5;
      data[3 * i + c] = Math.trunc(255 * Math.min(1, Math.max(0, share)));
    }
  }
  return { width, height, data };
}

/** [3, height, width] in 0..1. */
export function toRaster({ width, height, data }: Frame): Raster<Float32Array> {
  const size = width * height;
  const planes = new Float32Array(3 * size);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < size; i++) planes[c * size + i] = data[3 * i + c] / 255;
  }
  return { bands: 3, height, width, data: planes };
}
