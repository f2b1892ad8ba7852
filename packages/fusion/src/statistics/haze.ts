/**
 * The path radiance of each band, from the darkest pixels of enlarged MS (Lolli et al. 2017), and
 * what PAN would show of it.
 */

import type { FusionWindow, Scene } from '../method.js';
import { perScene } from './per-scene.js';
import {
  keepSmallest,
  mergeSmallest,
  percentileOf,
  type Smallest,
  smallestSize,
} from './smallest.js';

/** Shares of the first percentile for blue, green, red and near infrared. */
const SHARES = [0.95, 0.45, 0.4, 0.05];
const PERCENT = 1;
/** Pixels of which the percentile is taken; larger scenes are sampled on a regular lattice. */
const SAMPLES = 2 ** 22;

interface HazePlan {
  /** Every step-th pixel of a row and a column counts. */
  readonly step: number;
  readonly capacity: number;
}

const planOf = perScene(({ bands, height, width }: Scene): HazePlan => {
  if (bands !== SHARES.length) return { step: 1, capacity: 1 };
  const step = Math.max(1, Math.ceil(Math.sqrt((height * width) / SAMPLES)));
  const most = Math.ceil(height / step) * Math.ceil(width / step);
  return { step, capacity: Math.ceil((most * PERCENT) / 100) + 1 };
});

/** Sums that hold the darkest pixels: a count, then one store a band. */
export function hazeSize(scene: Scene): number {
  return 1 + scene.bands * smallestSize(planOf(scene).capacity);
}

const placeOf = (offset: number, k: number, capacity: number): Smallest => ({
  offset: offset + 1 + k * smallestSize(capacity),
  capacity,
});

export function addHaze(
  window: FusionWindow,
  scene: Scene,
  { sums, offset }: { readonly sums: Float64Array; readonly offset: number },
): void {
  const { step, capacity } = planOf(scene);
  const { exp, mask, rows, cols, width, height } = window;
  const values = new Float64Array(height * width);
  for (let k = 0; k < scene.bands; k++) {
    let count = 0;
    for (let y = (step - (rows.start % step)) % step; y < height; y += step) {
      for (let x = (step - (cols.start % step)) % step; x < width; x += step) {
        const p = y * width + x;
        if (mask && mask[p] === 0) continue;
        values[count++] = exp[k * height * width + p];
      }
    }
    if (k === 0) sums[offset] += count;
    keepSmallest(sums, placeOf(offset, k, capacity), values.subarray(0, count));
  }
}

export function mergeHaze(
  into: Float64Array,
  part: Float64Array,
  { scene, offset }: { readonly scene: Scene; readonly offset: number },
): void {
  const { capacity } = planOf(scene);
  into[offset] += part[offset];
  for (let k = 0; k < scene.bands; k++) mergeSmallest(into, part, placeOf(offset, k, capacity));
}

/**
 * One a band: .95, .45, .40, .05 of the first percentile for four bands (blue, green, red, near
 * infrared), else each band's minimum.
 */
export function readHaze(
  sums: Float64Array,
  { scene, offset }: { readonly scene: Scene; readonly offset: number },
): number[] {
  const { capacity } = planOf(scene);
  const four = scene.bands === SHARES.length;
  return Array.from({ length: scene.bands }, (_, k) => {
    const options = { count: sums[offset], percent: four ? PERCENT : 0 };
    const value = percentileOf(sums, placeOf(offset, k, capacity), options) ?? 0;
    return four ? SHARES[k] * value : value;
  });
}
