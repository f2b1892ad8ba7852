/**
 * What a network needs to know of the whole scene: the largest sample where that is its 1, means
 * and deviations where bands are standardised, and the parameters of the classical base.
 */

import { type FusionWindow, type Scene, severalMethods } from '@bandweave/fusion';
import type { FloatSamples } from '@bandweave/image';
import type { NetworkFacts } from './job.js';
import type { NetworkParameters, Norm } from './network-parameters.js';

/** Whether the scene must be looked at before it is fused. */
export function needsStatistics(facts: NetworkFacts): boolean {
  if (facts.preparation.normalise === 'scene') return true;
  return facts.scale === undefined || baseStatistics(facts) !== undefined;
}

/** The largest sample; count, sum and squares of PAN's bands and of MS's; what the base sums. */
const MOMENTS = 1;
const ofMoments = ({ panBands }: NetworkFacts, { bands }: Scene) => 1 + 2 * (panBands + bands);

/** The base's sums; with a guide of several bands it is worked out elsewhere. */
const baseStatistics = ({ preparation, panBands }: NetworkFacts) =>
  panBands > 1 ? undefined : severalMethods(preparation.base).statistics;

export function statisticsSize(facts: NetworkFacts, scene: Scene): number {
  return MOMENTS + ofMoments(facts, scene) + (baseStatistics(facts)?.size(scene) ?? 0);
}

/** Adds one window of the base's; windows partition the scene. */
export function addWindow(
  sums: Float64Array,
  window: FusionWindow,
  {
    facts,
    scene,
    guide = window.pan,
  }: { readonly facts: NetworkFacts; readonly scene: Scene; readonly guide?: FloatSamples },
): void {
  const { exp, mask } = window;
  const pixels = window.height * window.width;
  const { panBands } = facts;
  for (let k = 0; k < panBands + scene.bands; k++) {
    const values = k < panBands ? guide : exp;
    const from = (k < panBands ? k : k - panBands) * pixels;
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
    if (k === 0) sums[MOMENTS] += count;
    sums[MOMENTS + 1 + 2 * k] += sum;
    sums[MOMENTS + 2 + 2 * k] += squares;
  }
  baseStatistics(facts)?.add(window, scene, sums.subarray(MOMENTS + ofMoments(facts, scene)));
}

export function mergeStatistics(
  into: Float64Array,
  part: Float64Array,
  { facts, scene }: { readonly facts: NetworkFacts; readonly scene: Scene },
): void {
  const own = MOMENTS + ofMoments(facts, scene);
  const statistics = baseStatistics(facts);
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
  const statistics = baseStatistics(facts);
  const count = Math.max(1, sums[MOMENTS]);
  const norm = (k: number): Norm => {
    if (preparation.normalise === 'range') return { offset: 0, scale };
    const mean = sums[MOMENTS + 1 + 2 * k] / count;
    const variance = sums[MOMENTS + 2 + 2 * k] / count - mean * mean;
    return { offset: mean, scale: variance > 1e-12 * mean * mean ? Math.sqrt(variance) : 1 };
  };
  return {
    norms: {
      pan: Array.from({ length: facts.panBands }, (_, k) => norm(k)),
      ms: Array.from({ length: scene.bands }, (_, k) => norm(facts.panBands + k)),
    },
    base: statistics?.solve(sums.slice(MOMENTS + ofMoments(facts, scene)), scene) ?? null,
  };
}
