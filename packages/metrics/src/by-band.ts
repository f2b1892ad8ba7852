/** Indices of each band by itself: where in the spectrum an image is good and where it is not. */

import type { Raster } from '@bandweave/image';
import { BandMomentsAccumulator } from './band-moments.js';
import { ssim } from './ssim.js';

export interface BandIndices {
  readonly rmse: readonly number[];
  readonly psnr: readonly number[];
  readonly ssim: readonly number[];
  readonly cc: readonly number[];
}

/** Gathers them window by window: moments are joined, SSIM is the mean over windows by pixels. */
export class BandIndicesAccumulator {
  private readonly moments = new BandMomentsAccumulator();
  private similar: number[] = [];
  private pixels = 0;
  private readonly peak: number;

  constructor({ peak }: { readonly peak: number }) {
    this.peak = peak;
  }

  /** @param pixels how many of the window count */
  add(estimate: Raster, reference: Raster, pixels: number): void {
    if (pixels === 0) return;
    this.moments.add(estimate, reference);
    for (let band = 0; band < estimate.bands; band++) {
      const value = ssim(one(estimate, band), one(reference, band), { peak: this.peak });
      if (Number.isFinite(value)) {
        this.similar[band] = (this.similar[band] ?? 0) + pixels * value;
      }
    }
    this.pixels += pixels;
  }

  indices(): BandIndices {
    const moments = this.moments.moments();
    const rmse = moments.map(({ squaredError, count }) => Math.sqrt(squaredError / count));
    return {
      rmse,
      psnr: rmse.map((error) => 20 * Math.log10(this.peak / error)),
      ssim: moments.map((_, band) => (this.similar[band] ?? Number.NaN) / this.pixels),
      cc: moments.map(
        ({ cross, squaresEstimate, squaresReference }) =>
          cross / Math.sqrt(squaresEstimate * squaresReference),
      ),
    };
  }
}

function one({ bands, height, width, data, mask }: Raster, band: number): Raster {
  const size = height * width;
  const plane = data.subarray(band * size, (band + 1) * size);
  return { bands: Math.min(1, bands), height, width, data: plane, ...(mask ? { mask } : {}) };
}
