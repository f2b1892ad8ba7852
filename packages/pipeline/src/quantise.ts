/** From arithmetic to the output's sample type. */

import { DATA_TYPES, type DataType, type FloatSamples, type Samples } from '@bandweave/image';

export interface QuantiseOptions {
  readonly dataType: DataType;
  /** Integer output is clamped to 2^bitDepth - 1 where that is less than the type's own limit. */
  readonly bitDepth?: number;
  /** Written where the mask is 0 or the value is NaN; valid values are kept off it. */
  readonly nodata?: number;
  /** [pixels], 0 where there is no data. */
  readonly mask?: Uint8Array;
}

/** Where a window's samples go: a rectangle inside a larger raster of the output's type. */
export interface QuantiseTarget {
  /** [bands, height, width] of the larger raster */
  readonly data: Samples;
  readonly height: number;
  readonly width: number;
  /** Place of the window in it. */
  readonly row: number;
  readonly col: number;
}

/**
 * Writes the chosen bands of a window as samples of the output's type: integers rounded half up and
 * clamped, floats as they are. A valid value that comes out as nodata moves to its neighbour, as in
 * GDAL, so that it stays valid.
 *
 * @param values [all bands, height, width]
 */
export function quantiseInto(
  target: QuantiseTarget,
  values: FloatSamples,
  options: QuantiseOptions & {
    readonly bands: readonly number[];
    readonly height: number;
    readonly width: number;
  },
): void {
  const { bands, height, width, mask } = options;
  const pixels = height * width;
  const limits = limitsOf(options);
  const filler = options.nodata ?? 0;
  const { data } = target;
  for (const [index, band] of bands.entries()) {
    for (let y = 0; y < height; y++) {
      const from = band * pixels + y * width;
      const to = (index * target.height + target.row + y) * target.width + target.col;
      const row = { from, to, width, filler };
      if (limits.integer) roundRow(values, data, row, limits);
      else copyRow(values, data, row, limits);
      if (!mask) continue;
      for (let x = 0; x < width; x++) if (mask[y * width + x] === 0) data[to + x] = filler;
    }
  }
}

function limitsOf({ dataType, bitDepth, nodata }: QuantiseOptions) {
  const { kind, min, max } = DATA_TYPES[dataType];
  const top = bitDepth === undefined ? max : Math.min(max, 2 ** bitDepth - 1);
  const integer = kind !== 'float';
  const avoid = nodata === undefined || Number.isNaN(nodata) ? undefined : nodata;
  const step = integer ? 1 : Math.max(Math.abs(nodata ?? 0) * 2 ** -22, 1.2e-38);
  const instead = (avoid ?? 0) + step <= top ? (avoid ?? 0) + step : (avoid ?? 0) - step;
  return { integer, min, top, avoid, instead };
}

interface Row {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** Stands for NaN. */
  readonly filler: number;
}

type Limits = ReturnType<typeof limitsOf>;

function roundRow(
  values: FloatSamples,
  data: Samples,
  { from, to, width, filler }: Row,
  { min, top, avoid, instead }: Limits,
): void {
  for (let x = 0; x < width; x++) {
    const value = Math.floor(values[from + x] + 0.5);
    // A NaN fails both comparisons.
    data[to + x] = value < min ? min : value > top ? top : Number.isNaN(value) ? filler : value;
  }
  if (avoid === undefined) return;
  for (let x = 0; x < width; x++) {
    if (data[to + x] === avoid && !Number.isNaN(values[from + x])) data[to + x] = instead;
  }
}

function copyRow(
  values: FloatSamples,
  data: Samples,
  { from, to, width, filler }: Row,
  { avoid, instead }: Limits,
): void {
  for (let x = 0; x < width; x++) {
    const value = values[from + x];
    data[to + x] =
      value === avoid ? instead : Number.isNaN(value) && avoid !== undefined ? filler : value;
  }
}
