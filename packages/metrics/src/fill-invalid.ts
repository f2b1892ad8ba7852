/** Something harmless where there is no data, so that filters do not spread nodata or NaN. */

import type { Raster } from '@bandweave/image';

/** The image with each band's mean of valid pixels in place of invalid ones; itself where none is. */
export function fillInvalid(image: Raster, valid: Uint8Array | undefined): Raster {
  if (valid === undefined) return image;
  const size = image.height * image.width;
  const data = Float64Array.from(image.data);
  for (let band = 0; band < image.bands; band++) {
    const plane = data.subarray(band * size, (band + 1) * size);
    let sum = 0;
    let count = 0;
    for (let i = 0; i < size; i++) {
      if (valid[i] === 0) continue;
      sum += plane[i];
      count++;
    }
    const mean = count > 0 ? sum / count : 0;
    for (let i = 0; i < size; i++) if (valid[i] === 0) plane[i] = mean;
  }
  return { bands: image.bands, height: image.height, width: image.width, data };
}
