/** A raster in memory as an open file, which counts how much is read at a time. */
import type { Raster, RasterInfo, RasterSource } from '@bandweave/image';
import { crop } from '../src/views.js';

export function memorySource(
  raster: Raster,
  info: Partial<RasterInfo> = {},
): RasterSource & { largest: number } {
  const { bands, height, width } = raster;
  return {
    name: 'memory',
    largest: 0,
    info: {
      bands,
      height,
      width,
      dataType: 'float32',
      maskKind: raster.mask ? 'mask' : 'none',
      bandNames: [],
      colors: [],
      blockSize: [64, 64],
      areaOrPoint: 'area',
      metadata: {},
      ...info,
    },
    async read(window, options = {}) {
      const inside =
        window.row >= 0 &&
        window.col >= 0 &&
        window.height > 0 &&
        window.width > 0 &&
        window.row + window.height <= height &&
        window.col + window.width <= width;
      if (!inside) throw new RangeError(`window outside: ${JSON.stringify(window)}`);
      const part = crop(raster, window);
      const size = window.height * window.width;
      const chosen = options.bands ?? Array.from({ length: bands }, (_, b) => b);
      const data = new Float32Array(chosen.length * size);
      chosen.forEach((b, i) => {
        data.set(part.data.subarray(b * size, (b + 1) * size), i * size);
      });
      this.largest = Math.max(this.largest, data.length);
      return { ...part, bands: chosen.length, data };
    },
    async close() {},
  };
}
