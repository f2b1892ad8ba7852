/** One window of the output: each group of colours goes through the network from 0 to 1. */

import type { Raster, RasterInfo, RasterSource, Span } from '@bandweave/image';
import type { ColourGroup, Stretch } from './colour-groups.js';
import type { Enlarging } from './enlarging.js';

/** What is enlarged, and how. */
export interface Work {
  readonly source: RasterSource;
  /** Of the output. */
  readonly info: RasterInfo;
  readonly enlarging: Enlarging;
  readonly groups: readonly ColourGroup[];
  readonly stretches: readonly Stretch[];
}

/** A window of the output: all bands, those that are not colours left as zero. */
export async function windowValues(
  { source, info, enlarging, groups, stretches }: Work,
  { rows, cols }: { readonly rows: Span; readonly cols: Span },
  step: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { scale } = enlarging;
  const small = {
    row: rows.start / scale,
    col: cols.start / scale,
    height: (rows.end - rows.start) / scale,
    width: (cols.end - cols.start) / scale,
  };
  const raster = await source.read(small, signal ? { signal } : {});
  const size = small.height * small.width * scale ** 2;
  const out = new Float32Array(info.bands * size);
  for (const group of groups) {
    const answer = await enlarging.run(seen(raster, group, { stretches, enlarging }), signal);
    for (const band of group.taken) {
      const { low, high } = stretches[band];
      const from = group.grey ? greyOf(answer) : planeOf(answer, group.bands.indexOf(band));
      const to = out.subarray(band * size, (band + 1) * size);
      for (let i = 0; i < size; i++) to[i] = from[i] * (high - low) + low;
    }
    await step();
  }
  return out;
}

/** The bands of a group from 0 to 1, empty pixels filled from their row. */
function seen(
  { height, width, data, mask }: Raster,
  { bands, grey }: ColourGroup,
  { stretches, enlarging }: { stretches: readonly Stretch[]; enlarging: Enlarging },
): Raster<Float32Array> {
  const size = height * width;
  const copies = grey ? Number(enlarging.colors) : 1;
  const out = new Float32Array(copies * bands.length * size);
  bands.forEach((band, k) => {
    const { low, high } = stretches[band];
    const from = data.subarray(band * size, (band + 1) * size);
    const to = out.subarray(k * size, (k + 1) * size);
    let missing = false;
    for (let i = 0; i < size; i++) {
      const valid = mask?.[i] !== 0 && Number.isFinite(from[i]);
      to[i] = valid ? (from[i] - low) / (high - low) : Number.NaN;
      if (!valid) missing = true;
    }
    if (missing) fillRows(to, { height, width });
  });
  for (let k = 1; k < copies; k++) out.copyWithin(k * size, 0, size);
  return { bands: copies * bands.length, height, width, data: out };
}

/** NaN becomes the nearest value of its row, or half where the row has none. */
function fillRows(values: Float32Array, { height, width }: { height: number; width: number }) {
  for (let y = 0; y < height; y++) {
    const row = values.subarray(y * width, (y + 1) * width);
    let before = -1;
    for (let x = 0; x < width; x++) {
      if (Number.isNaN(row[x])) continue;
      for (let i = before + 1; i < x; i++) {
        row[i] = before >= 0 && i - before <= x - i ? row[before] : row[x];
      }
      before = x;
    }
    row.fill(before >= 0 ? row[before] : 0.5, before + 1);
  }
}

const planeOf = ({ height, width, data }: Raster<Float32Array>, band: number) =>
  data.subarray(band * height * width, (band + 1) * height * width);

/** The mean of the colours of a grey picture. */
function greyOf({ bands, height, width, data }: Raster<Float32Array>): Float32Array {
  const size = height * width;
  const out = new Float32Array(size);
  for (let k = 0; k < bands; k++)
    for (let i = 0; i < size; i++) out[i] += data[k * size + i] / bands;
  return out;
}
