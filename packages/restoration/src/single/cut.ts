/** Below which singular value a rule leaves nothing, so that smaller ones need not be found. */

import { type GroupNoise, type ShrinkRule, shrinkValue } from '../shrink/shrink-values.js';

/** Steps of the table for each doubling of the noise level. */
const PARTS = 32;

/**
 * A function from noise to a singular value below which `shrinkValue` is 0: at most a few percent
 * under the true bound. The bound grows with the noise level; it is found once for each of many
 * levels, and the next lower level's is taken.
 */
export function makeCut(rule: ShrinkRule): (noise: GroupNoise) => number {
  const known = new Map<number, Map<number, number>>();
  return ({ patches, level }) => {
    if (!(level > 0)) return 0;
    const part = Math.floor(PARTS * Math.log2(level));
    const table = known.get(patches) ?? new Map<number, number>();
    known.set(patches, table);
    let cut = table.get(part);
    if (cut === undefined) {
      cut = bound(rule, { patches, level: 2 ** (part / PARTS) });
      table.set(part, cut);
    }
    return cut;
  };
}

function bound(rule: ShrinkRule, noise: GroupNoise): number {
  let low = 0;
  let high = noise.level;
  while (shrinkValue(high, noise, rule) === 0 && high < 1e12) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (shrinkValue(middle, noise, rule) === 0) low = middle;
    else high = middle;
  }
  return low * (1 - 1e-6);
}
