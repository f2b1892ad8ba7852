/** Enlarging by a kernel: what networks are held against, and what alpha goes through. */

import {
  type Axis,
  bandPlane,
  kernelAxis,
  type Raster,
  RESAMPLING_KERNELS,
  resamplePlane,
} from '@bandweave/image';

const KERNELS = { bicubic: RESAMPLING_KERNELS.cubic, lanczos: RESAMPLING_KERNELS.lanczos } as const;

export type ClassicalEnlargement = keyof typeof KERNELS;

/** Input pixels around an output's place that it depends on. */
export const CLASSICAL_REACH = 3;

/**
 * Every band `scale` times larger, output i at (i + 1/2) / scale - 1/2 as imresize and GDAL lay
 * them; the border is mirrored.
 *
 * @returns [bands, scale h, scale w]
 */
export function enlargeClassical(
  image: Raster,
  scale: number,
  method: ClassicalEnlargement = 'bicubic',
): Raster<Float32Array> {
  const { bands, height, width } = image;
  const axis = (size: number): Axis =>
    kernelAxis(
      size,
      { origin: 0.5 / scale - 0.5, step: 1 / scale },
      { kernel: KERNELS[method], border: 'symmetric', length: size * scale },
    );
  const axes = { rows: axis(height), cols: axis(width) };
  const size = height * width * scale ** 2;
  const data = new Float32Array(bands * size);
  for (let band = 0; band < bands; band++) {
    data.set(resamplePlane(bandPlane(image, band), axes), band * size);
  }
  return { bands, height: height * scale, width: width * scale, data };
}
