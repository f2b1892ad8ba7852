/** SAM as sewar takes it: the angle between bands, not between spectra. */

import type { PairPlanes } from '../pair-planes.js';

/** Mean over bands of the angle, in radians, between the band's two images as vectors of pixels. */
export function sewarSam({ estimate, reference, valid }: PairPlanes): number {
  let sum = 0;
  for (let band = 0; band < reference.length; band++) {
    const a = estimate[band];
    const b = reference[band];
    let dot = 0;
    let squaresA = 0;
    let squaresB = 0;
    for (let i = 0; i < a.length; i++) {
      if (valid !== undefined && valid[i] === 0) continue;
      dot += a[i] * b[i];
      squaresA += a[i] * a[i];
      squaresB += b[i] * b[i];
    }
    const norm = Math.sqrt(squaresA * squaresB);
    // The package has no answer for a band of zeros.
    sum += norm === 0 ? 0 : Math.acos(Math.min(1, Math.max(-1, dot / norm)));
  }
  return sum / reference.length;
}
