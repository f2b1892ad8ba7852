/** Counts of samples in even classes between two values. */

import type { Samples } from '@bandweave/image';

/**
 * Share of the valid samples in each of `classes` even classes from `low` to `high`; what lies
 * outside belongs to the first and last class. Adds up to 1 where any sample is valid.
 */
export function histogram(
  samples: Samples,
  {
    low,
    high,
    classes = 96,
    mask,
  }: { low: number; high: number; classes?: number; mask?: Uint8Array | undefined },
): Float64Array {
  const out = new Float64Array(classes);
  const scale = classes / (high - low || 1);
  let count = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (Number.isNaN(value) || (mask && mask[i] === 0)) continue;
    const place = Math.floor((value - low) * scale);
    out[place < 0 ? 0 : place >= classes ? classes - 1 : place]!++;
    count++;
  }
  if (count > 0) for (let i = 0; i < classes; i++) out[i]! /= count;
  return out;
}
