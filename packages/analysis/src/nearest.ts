/** Resizing by taking the sample before: what PyTorch calls nearest. */

import type { Raster } from '@bandweave/image';

/** out[y, x] = image[floor(y * h / height), floor(x * w / width)]; any size. */
export function resizeNearest(
  image: Raster,
  { height, width }: { readonly height: number; readonly width: number },
): Raster<Float64Array> {
  const data = new Float64Array(image.bands * height * width);
  const rows = sources(image.height, height);
  const cols = sources(image.width, width);
  let at = 0;
  for (let k = 0; k < image.bands; k++) {
    for (let y = 0; y < height; y++) {
      const from = (k * image.height + rows[y]) * image.width;
      for (let x = 0; x < width; x++) data[at++] = image.data[from + cols[x]];
    }
  }
  return { bands: image.bands, height, width, data };
}

function sources(inputs: number, outputs: number): Int32Array {
  return Int32Array.from({ length: outputs }, (_, o) => Math.floor((o * inputs) / outputs));
}
