/** Kernels of a sensor's bands and plain decimation, for details one scale down. */

import { type MtfKernel, mtfKernel, type Raster } from '@bandweave/image';
import type { Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';
import type { Size } from './block.js';

export const bandKernels = perScene((scene: Scene): MtfKernel[] =>
  scene.msGains.map((gain) => mtfKernel({ gain, ratio: scene.ratio.rows, precision: 1e-9 })),
);

/** Every ratio-th sample from ratio / 2 on, as MATLAB's nearest takes them. */
export function decimateNearest(
  { bands, height, width, data }: Raster<Float64Array>,
  to: Size,
  ratio: number,
): Raster<Float64Array> {
  const out = new Float64Array(bands * to.height * to.width);
  const place = (i: number, size: number) => Math.min(size - 1, i * ratio + (ratio >> 1));
  let at = 0;
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < to.height; y++) {
      const from = (k * height + place(y, height)) * width;
      for (let x = 0; x < to.width; x++) out[at++] = data[from + place(x, width)];
    }
  }
  return { bands, ...to, data: out };
}
