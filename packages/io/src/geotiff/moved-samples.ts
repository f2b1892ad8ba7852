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
