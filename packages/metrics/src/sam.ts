/** Spectral angle mapper (Yuhas, Goetz, Boardman 1992; Kruse et al. 1993). */

import type { Raster } from '@bandweave/image';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

export const SAM: IndexInfo = {
  key: 'sam',
  title: 'SAM',
  range: [0, 180],
  best: 0,
  direction: 'lower',
  unit: 'degrees',
  convention: 'toolbox: between spectra, zero spectra left out',
};

const CHUNK = 4096;
const DEGREES = 180 / Math.PI;

/** Angles of a scene seen window by window. */
export class SamAccumulator {
  private sum = 0;
  private count = 0;

  /** Takes in a window; writes each pixel's angle into `map` where one is given. */
  add(estimate: Raster, reference: Raster, { mask, map }: SamOptions = {}): this {
    requireSameShape('sam', estimate, reference);
    const valid = validPixels([estimate, reference], mask);
    const size = estimate.height * estimate.width;
    const dot = new Float64Array(CHUNK);
    const first = new Float64Array(CHUNK);
    const second = new Float64Array(CHUNK);
    for (let start = 0; start < size; start += CHUNK) {
      const count = Math.min(CHUNK, size - start);
      dot.fill(0);
      first.fill(0);
      second.fill(0);
      for (let band = 0; band < estimate.bands; band++) {
        const at = band * size + start;
        for (let i = 0; i < count; i++) {
          const a = estimate.data[at + i];
          const b = reference.data[at + i];
          dot[i] += a * b;
          first[i] += a * a;
          second[i] += b * b;
        }
      }
      for (let i = 0; i < count; i++) {
        // The root of the product, not the product of roots: parallel spectra give exactly 0.
        const norm = Math.sqrt(first[i] * second[i]);
        const usable = norm > 0 && (valid === undefined || valid[start + i] === 1);
        const cosine = Math.min(1, Math.max(-1, dot[i] / norm));
        const angle = usable ? Math.acos(cosine) * DEGREES : Number.NaN;
        if (usable) {
          this.sum += angle;
          this.count++;
        }
        if (map) map[start + i] = angle;
      }
    }
    return this;
  }

  /** Takes in what another accumulator saw. */
  merge(other: SamAccumulator): this {
    this.sum += other.sum;
    this.count += other.count;
    return this;
  }

  /** Mean angle in degrees; NaN where no pixel counted. */
  value(): number {
    return this.sum / this.count;
  }
}

export interface SamOptions extends MaskOption {
  /** [height, width], filled with each pixel's angle in degrees, NaN where there is none. */
  readonly map?: Float32Array | Float64Array;
}

/**
 * Mean angle between the spectra of two images, in degrees; 0 is perfect.
 * SAM = mean of acos(<a, b> / sqrt(|a|² |b|²)).
 *
 * Pixels that are invalid, or where either spectrum is all zero, are left out; NaN where none is
 * left. Scaling either image changes nothing.
 *
 * @param estimate  [bands, height, width]
 * @param reference same shape
 */
export function sam(estimate: Raster, reference: Raster, options: SamOptions = {}): number {
  return new SamAccumulator().add(estimate, reference, options).value();
}
