/** A sum of guide bands as a raster of one band, worked out as it is read. */

import type { Fit } from '@bandweave/fusion';
import type { RasterInfo, RasterSource } from '@bandweave/image';

/** offset + sum w_i guide_i in float32; empty where the guide is. */
export function syntheticPan(
  guide: RasterSource,
  { weights, offset }: Pick<Fit, 'weights' | 'offset'>,
  nodata: number | 'none' | undefined,
): RasterSource {
  const { nodata: own, scales, offsets, units, ...rest } = guide.info;
  const used = weights.flatMap((weight, band) => (weight === 0 ? [] : [band]));
  const bands = used.length > 0 ? used : [0];
  const info: RasterInfo = {
    ...rest,
    bands: 1,
    dataType: 'float32',
    maskKind: own !== undefined || typeof nodata === 'number' ? 'mask' : rest.maskKind,
    bandNames: [''],
    colors: ['gray'],
  };
  return {
    name: guide.name,
    info,
    async read(window, options = {}) {
      const { signal } = options;
      const from = await guide.read(window, { bands, ...(signal ? { signal } : {}) });
      const pixels = window.height * window.width;
      const data = new Float32Array(pixels).fill(offset);
      const mask = new Uint8Array(pixels).fill(1);
      for (const [at, band] of bands.entries()) {
        const weight = weights[band];
        for (let i = 0, p = at * pixels; i < pixels; i++, p++) {
          const value = from.data[p];
          data[i] += weight * value;
          if (value === nodata) mask[i] = 0;
        }
      }
      if (nodata !== 'none' && from.mask) {
        for (let i = 0; i < pixels; i++) mask[i] &= from.mask[i];
      }
      const head = { bands: 1, height: window.height, width: window.width, data };
      return mask.includes(0) ? { ...head, mask } : head;
    },
    close: async () => {},
  };
}
