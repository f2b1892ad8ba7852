/** Reads a rectangle that may reach outside its raster, whose edge is then repeated. */

import type { FloatSamples, RasterSource, Span } from '@bandweave/image';

export interface PaddedBands {
  /** [bands, height, width] */
  readonly data: FloatSamples;
  readonly height: number;
  readonly width: number;
  /** [height, width], absent where every pixel is known. */
  readonly mask?: Uint8Array;
}

export interface PaddedRequest {
  readonly rows: Span;
  readonly cols: Span;
  readonly nodata?: number | 'none' | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function readPadded(
  source: RasterSource,
  { rows, cols, nodata, signal }: PaddedRequest,
): Promise<PaddedBands> {
  const { info } = source;
  const inside = ({ start, end }: Span, size: number) => {
    const first = Math.min(Math.max(start, 0), size - 1);
    return { start: first, end: Math.max(first + 1, Math.min(end, size)) };
  };
  const [y, x] = [inside(rows, info.height), inside(cols, info.width)];
  const window = { row: y.start, col: x.start, height: y.end - y.start, width: x.end - x.start };
  const read = await source.read(window, signal ? { signal } : {});
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const data = new Float64Array(info.bands * height * width);
  const mask = new Uint8Array(height * width).fill(1);
  const own = window.height * window.width;
  let known = true;
  for (let r = 0; r < height; r++) {
    const from = clamp(rows.start + r - y.start, window.height) * window.width;
    for (let c = 0; c < width; c++) {
      const at = from + clamp(cols.start + c - x.start, window.width);
      let valid = nodata === 'none' || read.mask?.[at] !== 0;
      for (let band = 0; band < info.bands; band++) {
        const value = read.data[band * own + at];
        data[(band * height + r) * width + c] = value;
        if (value === nodata || Number.isNaN(value)) valid = false;
      }
      if (!valid) {
        mask[r * width + c] = 0;
        known = false;
      }
    }
  }
  return { data, height, width, ...(known ? {} : { mask }) };
}

const clamp = (index: number, size: number) => Math.min(Math.max(index, 0), size - 1);
