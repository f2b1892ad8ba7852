/** Visual information fidelity in the pixel domain (Sheikh, Bovik 2006), as sewar takes it. */

import type { IndexInfo } from '../index-info.js';
import { gaussianWindow, localMeans, localMoments } from '../local-filter.js';
import type { PairPlanes } from '../pair-planes.js';

export const VIF: IndexInfo = {
  key: 'vif',
  title: 'VIF',
  range: [0, Number.POSITIVE_INFINITY],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'sewar: pixel domain, four scales, noise of variance 2',
};

const TINY = 1e-10;

interface Level {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly size: PairPlanes['size'];
}

/**
 * What of the reference's information is left in the estimate, over four scales: windows of 17, 9,
 * 5 and 3 pixels, noise of variance 2. NaN where the image is too small for the scales.
 *
 * @param a the estimate's band
 * @param b the reference's band
 */
export function vifOf(
  a: Float64Array,
  b: Float64Array,
  { size }: Pick<PairPlanes, 'size'>,
): number {
  let level: Level = { a, b, size };
  let kept = 0;
  let all = 0;
  for (let scale = 1; scale <= 4; scale++) {
    const side = 2 ** (5 - scale) + 1;
    if (scale > 1) level = halved(level, side);
    const part = information(level, side);
    kept += part.kept;
    all += part.all;
  }
  return kept / all;
}

function information({ a, b, size }: Level, side: number): { kept: number; all: number } {
  const window = gaussianWindow(side, side / 5, 'symmetric');
  const { varianceA, varianceB, covariance } = localMoments(a, b, { size, window });
  const half = (side - 1) / 2;
  let kept = 0;
  let all = 0;
  for (let y = half; y < size.height - half; y++) {
    for (let x = half; x < size.width - half; x++) {
      const at = y * size.width + x;
      const estimate = Math.max(0, varianceA[at]);
      let truth = Math.max(0, varianceB[at]);
      let gain = covariance[at] / (truth + TINY);
      let rest = estimate - gain * covariance[at];
      if (truth < TINY) {
        gain = 0;
        rest = estimate;
        truth = 0;
      }
      if (estimate < TINY) {
        gain = 0;
        rest = 0;
      }
      if (gain < 0) {
        gain = 0;
        rest = estimate;
      }
      kept += Math.log10(1 + (gain * gain * truth) / (Math.max(rest, TINY) + NOISE));
      all += Math.log10(1 + truth / NOISE);
    }
  }
  return { kept, all };
}

const NOISE = 2;

/** Smoothed where the window fits, every second pixel of that. */
function halved({ a, b, size }: Level, side: number): Level {
  const half = (side - 1) / 2;
  const height = Math.max(0, Math.ceil((size.height - 2 * half) / 2));
  const width = Math.max(0, Math.ceil((size.width - 2 * half) / 2));
  const window = gaussianWindow(side, side / 5, 'symmetric');
  const reduce = (plane: Float64Array) => {
    const smooth = localMeans(plane, size, window);
    const out = new Float64Array(height * width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        out[y * width + x] = smooth[(half + 2 * y) * size.width + half + 2 * x];
      }
    }
    return out;
  };
  return { a: reduce(a), b: reduce(b), size: { height, width } };
}
