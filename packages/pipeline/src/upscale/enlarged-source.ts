/** A raster seen larger, by bicubic interpolation, made as it is read. */

import { allocate, DATA_TYPES, type RasterSource } from '@bandweave/image';
import { CLASSICAL_REACH, enlargeClassical } from './enlarge-classical.js';
import { enlargedInfo } from './enlarged-info.js';

/** What stands beside a network's picture in reports. Closing it closes nothing. */
export function enlargedSource(source: RasterSource, scale: number): RasterSource {
  const { info, name } = source;
  const { kind, min, max } = DATA_TYPES[info.dataType];
  return {
    name,
    info: enlargedInfo(info, scale),
    async read({ row, col, height, width }, options) {
      const span = (at: number, length: number, size: number) => {
        const start = Math.max(0, Math.floor(at / scale) - CLASSICAL_REACH);
        const end = Math.min(size, Math.ceil((at + length) / scale) + CLASSICAL_REACH);
        return { start, length: end - start };
      };
      const rows = span(row, height, info.height);
      const cols = span(col, width, info.width);
      const window = { row: rows.start, col: cols.start, height: rows.length, width: cols.length };
      const small = await source.read(window, options);
      const large = enlargeClassical(small, scale);
      const data = allocate(info.dataType, small.bands * height * width);
      const mask = small.mask && new Uint8Array(height * width);
      for (let band = 0, to = 0; band < small.bands; band++) {
        for (let y = 0; y < height; y++) {
          const from = row - rows.start * scale + y;
          for (let x = 0; x < width; x++, to++) {
            const at = col - cols.start * scale + x;
            const value = large.data[(band * large.height + from) * large.width + at];
            data[to] = kind === 'float' ? value : Math.min(max, Math.max(min, Math.round(value)));
            if (!mask || band > 0) continue;
            mask[y * width + x] =
              small.mask![Math.floor(from / scale) * small.width + Math.floor(at / scale)];
          }
        }
      }
      return { bands: small.bands, height, width, data, ...(mask ? { mask } : {}) };
    },
    close: async () => {},
  };
}
