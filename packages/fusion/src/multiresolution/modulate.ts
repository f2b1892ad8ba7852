/** High-pass modulation of one band, shared by all methods of that kind. */

import type { FloatSamples } from '@bandweave/image';

export interface Modulation {
  /** Low-pass of PAN as it came, [pixels]. */
  readonly low: ArrayLike<number>;
  /** PAN matched to the band = gain * PAN + offset, and so its low-pass. */
  readonly gain: number;
  readonly offset: number;
  /** Smallest low-pass that is divided by. */
  readonly floor: number;
  /** [pixels]; 0: PAN's low-pass is unknown and nothing is injected. */
  readonly valid?: Uint8Array | undefined;
}

/**
 * out = band + band (P - L) / max(L, floor), P = gain PAN + offset, L = gain low + offset: where L
 * lies above the floor that is band P / L.
 */
export function modulate(
  band: FloatSamples,
  pan: FloatSamples,
  { low, gain, offset, floor, valid }: Modulation,
  out: FloatSamples,
): void {
  for (let p = 0; p < out.length; p++) {
    const value = band[p];
    if (valid && valid[p] === 0) {
      out[p] = value;
      continue;
    }
    const base = gain * low[p] + offset;
    const detail = gain * (pan[p] - low[p]);
    out[p] = value + (value * detail) / (base > floor ? base + Number.EPSILON : floor);
  }
}

/** The pixels of band k. */
export function bandOf(image: FloatSamples, k: number, pixels: number): FloatSamples {
  return image.subarray(k * pixels, (k + 1) * pixels) as FloatSamples;
}
