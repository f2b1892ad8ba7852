/** PAN matched to each band by mean and deviation over the scene. */

import type { FusionWindow, Mode, Scene, Statistics } from '../method.js';

export interface Matching {
  /** PAN matched to band k = gains[k] * PAN + offsets[k]. */
  readonly gains: readonly number[];
  readonly offsets: readonly number[];
  /** Smallest low-pass that a band is divided by. */
  readonly floors: readonly number[];
}

/** Share of a band's mean below which modulation stops growing. */
const FLOOR = 0.1;

/** The floor of a band with that mean; as released, there is none. */
export function modulationFloor(mean: number, mode: Mode): number {
  return mode === 'released' ? -Number.MAX_VALUE : Math.max(Number.MIN_VALUE, FLOOR * mean);
}

/** A plane over the window, [height, width], whose deviation stands for that of PAN. */
export type Spread = (window: FusionWindow, scene: Scene) => ArrayLike<number>;

/**
 * gains[k] = std(exp_k) / std(spread), offsets[k] = mean(exp_k) - gains[k] mean(PAN).
 *
 * @param spread PAN itself, or a low-pass that brings it to the scale of MS
 */
export function matchPan(spread: Spread = ({ pan }) => pan): Statistics<Matching> {
  return {
    // count, sum PAN, sum of spread and of its square, then a band: sum, sum of squares
    size: ({ bands }) => 4 + 2 * bands,
    add(window, scene, sums) {
      addSpread(window, spread(window, scene), sums);
      addBands(window, scene.bands, sums);
    },
    solve(sums, { bands, mode }) {
      const count = Math.max(1, sums[0]);
      const deviation = (sum: number, squares: number) =>
        Math.sqrt(Math.max(0, squares - (sum * sum) / count));
      const reference = deviation(sums[2], sums[3]);
      const gains: number[] = [];
      const offsets: number[] = [];
      const floors: number[] = [];
      for (let k = 0; k < bands; k++) {
        const sum = sums[4 + 2 * k];
        const gain = reference > 0 ? deviation(sum, sums[5 + 2 * k]) / reference : 0;
        gains.push(gain);
        offsets.push((sum - gain * sums[1]) / count);
        floors.push(modulationFloor(sum / count, mode));
      }
      return { gains, offsets, floors };
    },
  };
}

function addSpread(
  { pan, mask }: FusionWindow,
  spread: ArrayLike<number>,
  sums: Float64Array,
): void {
  let count = 0;
  let sum = 0;
  let first = 0;
  let second = 0;
  for (let p = 0; p < pan.length; p++) {
    if (mask && mask[p] === 0) continue;
    const value = spread[p];
    count++;
    sum += pan[p];
    first += value;
    second += value * value;
  }
  sums[0] += count;
  sums[1] += sum;
  sums[2] += first;
  sums[3] += second;
}

function addBands({ exp, pan, mask }: FusionWindow, bands: number, sums: Float64Array): void {
  const pixels = pan.length;
  for (let k = 0; k < bands; k++) {
    const start = k * pixels;
    let sum = 0;
    let squares = 0;
    for (let p = 0; p < pixels; p++) {
      if (mask && mask[p] === 0) continue;
      const value = exp[start + p];
      sum += value;
      squares += value * value;
    }
    sums[4 + 2 * k] += sum;
    sums[5 + 2 * k] += squares;
  }
}
