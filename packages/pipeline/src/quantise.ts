/** From arithmetic to the output's sample type. */

import {
  allocate,
  DATA_TYPES,
  type DataType,
  type FloatSamples,
  type Samples,
} from '@bandweave/image';

export interface QuantiseOptions {
  readonly dataType: DataType;
  /** Integer output is clamped to 2^bitDepth - 1 where that is less than the type's own limit. */
  readonly bitDepth?: number;
  /** Written where the mask is 0 or the value is NaN; valid values are kept off it. */
  readonly nodata?: number;
  /** [pixels], 0 where there is no data. */
  readonly mask?: Uint8Array;
}

/**
 * Samples of the wanted type: integers rounded half up and clamped, floats as they are. A valid
 * value that comes out as nodata moves to its neighbour, as in GDAL, so that it stays valid.
 *
 * @param values [bands, pixels]
 */
export function quantise(values: FloatSamples, pixels: number, options: QuantiseOptions): Samples {
  const { dataType, bitDepth, nodata, mask } = options;
  const out = allocate(dataType, values.length);
  const { kind, min, max } = DATA_TYPES[dataType];
  const top = bitDepth === undefined ? max : Math.min(max, 2 ** bitDepth - 1);
  const filler = nodata ?? 0;
  if (kind === 'float') {
    for (let i = 0; i < values.length; i++) out[i] = values[i];
  } else {
    for (let i = 0; i < values.length; i++) {
      const value = Math.floor(values[i] + 0.5);
      // A NaN fails both comparisons and is stored as the filler.
      out[i] = value < min ? min : value > top ? top : Number.isNaN(value) ? filler : value;
    }
  }
  if (nodata !== undefined) keepOff(out, nodata, { kind, top });
  if (mask) {
    for (let i = 0; i < values.length; i += pixels) {
      for (let p = 0; p < pixels; p++) if (mask[p] === 0) out[i + p] = filler;
    }
  }
  return out;
}

function keepOff(
  out: Samples,
  nodata: number,
  { kind, top }: { readonly kind: string; readonly top: number },
): void {
  if (Number.isNaN(nodata)) return;
  const step = kind === 'float' ? Math.max(Math.abs(nodata) * 2 ** -22, 1.2e-38) : 1;
  const neighbour = nodata + step <= top ? nodata + step : nodata - step;
  for (let i = 0; i < out.length; i++) if (out[i] === nodata) out[i] = neighbour;
}
