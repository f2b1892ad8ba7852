/** All indices against a reference of a scene of any size, seen window by window. */

import type { Raster, Window } from '@bandweave/image';
import type { ReferenceIndices } from './assess.js';
import { BandMomentsAccumulator } from './band-moments.js';
import { ccOf } from './cc.js';
import { ergasOf } from './ergas.js';
import { psnrOf } from './psnr.js';
import { QAccumulator } from './q.js';
import { Q2nAccumulator, type Quantise } from './q2n.js';
import { rmseOf } from './rmse.js';
import { SamAccumulator } from './sam.js';
import { SccAccumulator } from './scc.js';
import { SsimAccumulator } from './ssim.js';

/** Pixels around a core that the indices reach; cores begin at multiples of it. */
export const REFERENCE_MARGIN = 32;

export interface ReferenceAccumulatorOptions {
  readonly ratio: number;
  /** One for the whole scene. */
  readonly peak: number;
  readonly quantise?: Quantise;
}

/** FSDS is of a whole spectrum and cannot be added up. */
export type AddedIndices = Omit<ReferenceIndices, 'fsds'>;

/**
 * The figures of `assessReference` to rounding, whatever the cuts: cores partition the scene, begin
 * at multiples of 32 pixels and, but for the scene's end, end there; each window holds 32 pixels
 * around its core, or as many as there are.
 */
export class ReferenceAccumulator {
  private readonly options: ReferenceAccumulatorOptions;
  private readonly moments = new BandMomentsAccumulator();
  private readonly sam = new SamAccumulator();
  private readonly q2n = new Q2nAccumulator();
  private readonly scc = new SccAccumulator();
  private readonly ssim = new SsimAccumulator();
  private readonly q = new QAccumulator();

  constructor(options: ReferenceAccumulatorOptions) {
    this.options = options;
  }

  /** @param core in pixels of the window */
  add(estimate: Raster, reference: Raster, core: Window): this {
    const { peak, quantise = 'auto' } = this.options;
    const whole = core.height === estimate.height && core.width === estimate.width;
    const a = whole ? estimate : cutRaster(estimate, core);
    const b = whole ? reference : cutRaster(reference, core);
    this.moments.add(a, b);
    this.sam.add(a, b);
    this.q2n.add(a, b, { quantise });
    this.scc.add(estimate, reference, { core });
    this.ssim.add(estimate, reference, { core, peak });
    this.q.add(estimate, reference, { core });
    return this;
  }

  indices(): AddedIndices {
    const { ratio, peak } = this.options;
    const moments = this.moments.moments();
    return {
      q2n: this.q2n.value(),
      sam: this.sam.value(),
      ergas: ergasOf(moments, ratio),
      scc: this.scc.value(),
      psnr: psnrOf(moments, { peak }),
      ssim: this.ssim.value(),
      rmse: rmseOf(moments),
      cc: ccOf(moments),
      q: this.q.value(),
    };
  }
}

/** A copy of one window. */
export function cutRaster(raster: Raster, { row, col, height, width }: Window): Raster {
  const { bands, data, mask } = raster;
  const size = raster.height * raster.width;
  const out = data.slice(0, bands * height * width);
  const kept = mask && new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (row + y) * raster.width + col;
    for (let band = 0; band < bands; band++) {
      const at = band * size + from;
      out.set(data.subarray(at, at + width), (band * height + y) * width);
    }
    if (mask && kept) kept.set(mask.subarray(from, from + width), y * width);
  }
  return { bands, height, width, data: out, ...(kept ? { mask: kept } : {}) };
}
