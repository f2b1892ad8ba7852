/** From samples to what a screen shows: percentile stretches and RGBA pixels. */

import type { Raster, Samples } from '@bandweave/image';

export interface Stretch {
  readonly low: number;
  readonly high: number;
}

/**
 * The values below which `low` and `high` percent of the valid samples lie. Linear between order
 * statistics (numpy's default); exact, over at most `limit` samples taken at a regular step.
 * Samples that are masked or not finite do not count; without any the answer is 0 to 1.
 */
export function percentiles(
  samples: Samples,
  {
    low = 2,
    high = 98,
    mask,
    limit = 60_000,
  }: {
    low?: number;
    high?: number;
    mask?: Uint8Array | undefined;
    limit?: number;
  } = {},
): Stretch {
  const step = Math.max(1, Math.ceil(samples.length / limit));
  const kept = new Float64Array(Math.ceil(samples.length / step));
  let count = 0;
  for (let i = 0; i < samples.length; i += step) {
    const value = samples[i]!;
    if ((mask && mask[i] === 0) || !Number.isFinite(value)) continue;
    kept[count++] = value;
  }
  if (count === 0) return { low: 0, high: 1 };
  const sorted = kept.subarray(0, count).sort();
  const at = (percent: number) => {
    const place = (percent / 100) * (count - 1);
    const below = Math.floor(place);
    const above = Math.min(count - 1, below + 1);
    return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
  };
  const range = { low: at(low), high: at(high) };
  return range.high > range.low ? range : { low: range.low - 0.5, high: range.low + 0.5 };
}

/** One band as a view of the raster's samples. */
export function bandOf({ data, height, width }: Raster, band: number): Samples {
  return data.subarray(band * height * width, (band + 1) * height * width);
}

/** The stretch of every band. */
export function stretchesOf(
  raster: Raster,
  { low = 2, high = 98 }: { low?: number; high?: number } = {},
): Stretch[] {
  return Array.from({ length: raster.bands }, (_, b) =>
    percentiles(bandOf(raster, b), { low, high, mask: raster.mask }),
  );
}

/** Brightens the middle a little, as screens and eyes expect; 1 is linear. */
const GAMMA = 0.85;

/**
 * RGBA bytes of three bands: ((value - low) / (high - low))^0.85, held inside 0..255; transparent
 * where the mask says no data or a sample is not finite.
 */
export function toRgba(
  raster: Raster,
  {
    bands,
    stretches,
  }: {
    readonly bands: readonly [number, number, number];
    /** One a band of the raster. */
    readonly stretches: readonly Stretch[];
  },
): Uint8ClampedArray {
  const size = raster.height * raster.width;
  const out = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i++) out[4 * i + 3] = raster.mask && raster.mask[i] === 0 ? 0 : 255;
  const curve = Uint8ClampedArray.from({ length: 1025 }, (_, i) => 255 * (i / 1024) ** GAMMA);
  for (let k = 0; k < 3; k++) {
    const samples = bandOf(raster, bands[k]!);
    const { low, high } = stretches[bands[k]!]!;
    const scale = 1024 / (high - low);
    for (let i = 0; i < size; i++) {
      const value = (samples[i]! - low) * scale;
      if (Number.isNaN(value)) out[4 * i + 3] = 0;
      else out[4 * i + k] = curve[value <= 0 ? 0 : value >= 1024 ? 1024 : Math.round(value)]!;
    }
  }
  return out;
}
