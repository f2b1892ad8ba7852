/** Halves a raster: the step from one overview to the next. */

import { allocate, dataTypeOf, type Raster, type Samples } from '@bandweave/image';

export interface ReduceOptions {
  readonly by: 'average' | 'nearest';
  /** Samples of this value count as absent, band by band. */
  readonly nodata: number | undefined;
  /** What a sample becomes none of whose four is there. */
  readonly fill: number;
}

/**
 * [bands, ceil(height / 2), ceil(width / 2)]: the mean of what is present of 2 x 2 samples,
 * halves rounded up where the type is integer; or the first of the four.
 */
export function reduceByTwo(raster: Raster, options: ReduceOptions): Raster {
  const { bands, mask } = raster;
  const height = Math.ceil(raster.height / 2);
  const width = Math.ceil(raster.width / 2);
  const data = allocate(dataTypeOf(raster.data), bands * height * width);
  const smaller = mask && reduceMask(mask, raster);
  for (let band = 0; band < bands; band++) {
    const place = { band, height, width };
    if (options.by === 'nearest') takeFirst(raster, data, place);
    else takeMean(raster, data, { ...place, ...options });
  }
  return { bands, height, width, data, ...(smaller ? { mask: smaller } : {}) };
}

interface Place {
  readonly band: number;
  readonly height: number;
  readonly width: number;
}

function takeFirst(raster: Raster, out: Samples, { band, height, width }: Place): void {
  for (let row = 0; row < height; row++) {
    const from = (band * raster.height + 2 * row) * raster.width;
    const to = (band * height + row) * width;
    for (let col = 0; col < width; col++) out[to + col] = raster.data[from + 2 * col];
  }
}

function takeMean(raster: Raster, out: Samples, options: Place & ReduceOptions): void {
  const { band, height, width, nodata, fill } = options;
  const { data, mask } = raster;
  const float = data instanceof Float32Array || data instanceof Float64Array;
  const absent = data instanceof Float32Array ? Math.fround(nodata ?? 0) : nodata;
  const guarded = nodata !== undefined;
  for (let row = 0; row < height; row++) {
    const rows = Math.min(2, raster.height - 2 * row);
    for (let col = 0; col < width; col++) {
      const cols = Math.min(2, raster.width - 2 * col);
      let sum = 0;
      let count = 0;
      for (let y = 0; y < rows; y++) {
        const pixel = (2 * row + y) * raster.width + 2 * col;
        const start = band * raster.height * raster.width + pixel;
        for (let x = 0; x < cols; x++) {
          const value = data[start + x];
          if (guarded && (value === absent || Number.isNaN(value))) continue;
          if (mask && mask[pixel + x] === 0) continue;
          sum += value;
          count++;
        }
      }
      const mean = count === 0 ? fill : sum / count;
      out[(band * height + row) * width + col] = float ? mean : Math.floor(mean + 0.5);
    }
  }
}

/** A reduced pixel holds data where any of its four does. */
function reduceMask(mask: Uint8Array, { height, width }: Raster): Uint8Array {
  const columns = Math.ceil(width / 2);
  const out = new Uint8Array(Math.ceil(height / 2) * columns);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      if (mask[row * width + col]) out[(row >> 1) * columns + (col >> 1)] = 1;
    }
  }
  return out;
}
