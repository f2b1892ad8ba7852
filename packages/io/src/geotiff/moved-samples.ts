/** Samples seen as unsigned numbers of the same width, for moving them about. */

import type { Samples } from '@bandweave/image';

export type MovedSamples = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same memory as unsigned samples: moving needs the width only, and stays one fast loop. */
export function sameBits(samples: Samples): MovedSamples {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = samples;
  switch (BYTES_PER_ELEMENT) {
    case 1:
      return new Uint8Array(buffer, byteOffset, length);
    case 2:
      return new Uint16Array(buffer, byteOffset, length);
    case 4:
      return new Uint32Array(buffer, byteOffset, length);
    default:
      return new Float64Array(buffer, byteOffset, length);
  }
}

interface Interleaved {
  /** Samples from one pixel to the next where they are interleaved. */
  readonly step: number;
  /** Pixels to move. */
  readonly count: number;
  /** Samples from one band to the next where they are apart. */
  readonly plane: number;
}

/** Pixels with their bands together to bands apart, four bands in one pass. */
export function separate(
  { from, start }: { from: MovedSamples; start: number },
  { to, at }: { to: MovedSamples; at: number },
  bands: readonly number[],
  { step, count, plane }: Interleaved,
): void {
  let k = 0;
  for (; k + 4 <= bands.length; k += 4) {
    const [a, b, c, d] = [bands[k], bands[k + 1], bands[k + 2], bands[k + 3]];
    const base = at + k * plane;
    for (let i = base, j = start, end = base + count; i < end; i++, j += step) {
      to[i] = from[j + a];
      to[i + plane] = from[j + b];
      to[i + 2 * plane] = from[j + c];
      to[i + 3 * plane] = from[j + d];
    }
  }
  for (; k < bands.length; k++) {
    const base = at + k * plane;
    for (let i = base, j = start + bands[k], end = base + count; i < end; i++, j += step) {
      to[i] = from[j];
    }
  }
}

/** Bands apart to pixels with their `step` bands together, four bands in one pass. */
export function interleave(
  { from, start }: { from: MovedSamples; start: number },
  { to, at }: { to: MovedSamples; at: number },
  { step, count, plane }: Interleaved,
): void {
  let k = 0;
  for (; k + 4 <= step; k += 4) {
    const base = start + k * plane;
    for (let i = base, j = at + k, end = base + count; i < end; i++, j += step) {
      to[j] = from[i];
      to[j + 1] = from[i + plane];
      to[j + 2] = from[i + 2 * plane];
      to[j + 3] = from[i + 3 * plane];
    }
  }
  for (; k < step; k++) {
    const base = start + k * plane;
    for (let i = base, j = at + k, end = base + count; i < end; i++, j += step) to[j] = from[i];
  }
}
