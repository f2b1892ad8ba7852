/**
 * What a network needs to know of the whole scene: the largest sample where that is its 1, means
 * and deviations where bands are standardised, and the parameters of the classical base.
 */

import { type FusionWindow, type Scene, severalMethods } from '@bandweave/fusion';
import type { NetworkFacts } from './job.js';
import type { NetworkParameters, Norm } from './network-parameters.js';

/** Whether the scene must be looked at before it is fused. */
export function needsStatistics({ scale, preparation }: NetworkFacts): boolean {
  if (preparation.normalise === 'scene') return true;
  return scale === undefined || severalMethods(preparation.base).statistics !== undefined;
}

/** The largest sample; count, sum and squares of PAN and of each band; what the base sums. */
const MOMENTS = 1;
const ofMoments = ({ bands }: Scene) => 1 + 2 * (bands + 1);

export function statisticsSize({ preparation }: NetworkFacts, scene: Scene): number {
  const { statistics } = severalMethods(preparation.base);
  return MOMENTS + ofMoments(scene) + (statistics?.size(scene) ?? 0);
}

/** Adds one window of the base's; windows partition the scene. */
export function addWindow(
  sums: Float64Array,
  window: FusionWindow,
  { facts, scene }: { readonly facts: NetworkFacts; readonly scene: Scene },
): void {
  const { pan, exp, mask } = window;
  const pixels = pan.length;
  for (let k = -1; k < scene.bands; k++) {
    const values = k < 0 ? pan : exp;
    const from = Math.max(0, k) * pixels;
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (let p = 0; p < pixels; p++) {
      if (mask && mask[p] === 0) continue;
      const value = values[from + p];
      if (value > sums[0]) sums[0] = value;
      count++;
      sum += value;
      squares += value * value;
    }
    if (k < 0) sums[MOMENTS] += count;
    sums[MOMENTS + 3 + 2 * k] += sum;
    sums[MOMENTS + 4 + 2 * k] += squares;
  }
  const { statistics } = severalMethods(facts.preparation.base);
  statistics?.add(window, scene, sums.subarray(MOMENTS + ofMoments(scene)));
}

export function mergeStatistics(
  into: Float64Array,
  part: Float64Array,
  { facts, scene }: { readonly facts: NetworkFacts; readonly scene: Scene },
): void {
  const own = MOMENTS + ofMoments(scene);
  const { statistics } = severalMethods(facts.preparation.base);
  into[0] = Math.max(into[0], part[0]);
  const added = statistics?.merge ? own : into.length;
  for (let i = MOMENTS; i < added; i++) into[i] += part[i];
  statistics?.merge?.(into.subarray(own), part.subarray(own), scene);
}

export function solveStatistics(
  sums: Float64Array,
  { facts, scene }: { readonly facts: NetworkFacts; readonly scene: Scene },
): NetworkParameters {
  const { scale = sums[0] > 0 ? sums[0] : 1, preparation } = facts;
  const { statistics } = severalMethods(preparation.base);
  const count = Math.max(1, sums[MOMENTS]);
  const norm = (k: number): Norm => {
    if (preparation.normalise === 'range') return { offset: 0, scale };
    const mean = sums[MOMENTS + 3 + 2 * k] / count;
    const variance = sums[MOMENTS + 4 + 2 * k] / count - mean * mean;
    return { offset: mean, scale: variance > 1e-12 * mean * mean ? Math.sqrt(variance) : 1 };
  };
  return {
    norms: { pan: norm(-1), ms: Array.from({ length: scene.bands }, (_, k) => norm(k)) },
    base: statistics?.solve(sums.slice(MOMENTS + ofMoments(scene)), scene) ?? null,
  };
}
