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
  const { band, height, width, nodata } = options;
  const { data, mask } = raster;
  const plain = nodata === undefined && !mask;
  const inner = plain ? Math.floor(raster.width / 2) : 0;
  const rounding = data instanceof Float32Array || data instanceof Float64Array ? 0 : 0.5;
  for (let row = 0; row < height; row++) {
    const to = (band * height + row) * width;
    const whole = 2 * row + 1 < raster.height;
    if (whole && inner > 0) {
      const from = (band * raster.height + 2 * row) * raster.width;
      meanOfFours(data, out, { from, below: raster.width, to, count: inner, rounding });
    }
    guardedMeans(raster, out, { ...options, row, to, first: whole ? inner : 0 });
  }
}

interface Fours {
  readonly from: number;
  readonly below: number;
  readonly to: number;
  readonly count: number;
  readonly rounding: number;
}

/** Means of 2 x 2 samples that are all there. */
function meanOfFours(data: Samples, out: Samples, { from, below, to, count, rounding }: Fours) {
  for (let i = from, j = to, end = to + count; j < end; i += 2, j++) {
    const mean = (data[i] + data[i + 1] + data[i + below] + data[i + below + 1]) / 4;
    out[j] = rounding > 0 ? Math.floor(mean + rounding) : mean;
  }
}

interface GuardedRow extends ReduceOptions {
  readonly band: number;
  readonly row: number;
  readonly to: number;
  readonly first: number;
}

/** Means of those of up to 2 x 2 samples that are inside and hold data, for the end of a row. */
function guardedMeans(raster: Raster, out: Samples, options: GuardedRow): void {
  const { data, mask, height, width } = raster;
  const { band, row, to, first, nodata, fill } = options;
  const float = data instanceof Float32Array || data instanceof Float64Array;
  const absent = data instanceof Float32Array ? Math.fround(nodata ?? 0) : nodata;
  const guarded = nodata !== undefined;
  const endRow = Math.min(2 * row + 2, height);
  for (let col = first; 2 * col < width; col++) {
    const endCol = Math.min(2 * col + 2, width);
    let sum = 0;
    let count = 0;
    for (let y = 2 * row; y < endRow; y++) {
      for (let x = 2 * col; x < endCol; x++) {
        const value = data[(band * height + y) * width + x];
        if (guarded && (value === absent || Number.isNaN(value))) continue;
        if (mask && mask[y * width + x] === 0) continue;
        sum += value;
        count++;
      }
    }
    const mean = count === 0 ? fill : sum / count;
    out[to + col] = float ? mean : Math.floor(mean + 0.5);
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
