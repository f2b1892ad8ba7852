/** Pictures of any size as CLIP's image encoder wants them. */

import { imresize, type Raster } from '@bandweave/image';

export interface PixelStatistics {
  /** Of each color, in 0..1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Of the pictures that CLIP was trained on. */
export const CLIP_PIXELS: PixelStatistics = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
};

/**
 * The middle square of a picture in 0..1, its shorter side brought to `size` by an antialiased
 * bicubic, less the mean, over the deviation: [colors, size, size]. As CLIP's own transform, but
 * values are not rounded to 8 bits in between.
 */
export function clipPixels(
  picture: Raster,
  { size, mean, deviation }: PixelStatistics & { readonly size: number },
): Float32Array {
  const short = Math.min(picture.height, picture.width);
  const target = {
    height: Math.max(size, Math.floor((size * picture.height) / short)),
    width: Math.max(size, Math.floor((size * picture.width) / short)),
  };
  const same = target.height === picture.height && target.width === picture.width;
  const { data, height, width, bands } = same ? picture : imresize(picture, target);
  const top = Math.round((height - size) / 2);
  const left = Math.round((width - size) / 2);
  const out = new Float32Array(bands * size * size);
  for (let c = 0; c < bands; c++) {
    for (let y = 0; y < size; y++) {
      const from = (c * height + top + y) * width + left;
      for (let x = 0; x < size; x++) {
        const value = Math.min(1, Math.max(0, data[from + x]));
        out[(c * size + y) * size + x] = (value - mean[c]) / deviation[c];
      }
    }
  }
  return out;
}
