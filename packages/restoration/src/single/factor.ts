/** `shrinkValue` for single precision: powers by one logarithm each, no step that changes nothing. */

import {
  closedForm,
  type GroupNoise,
  type SchattenRule,
  type ShrinkRule,
} from '../shrink/shrink-values.js';

/** Relative change of a fixed point that floats do not show. */
const SETTLED = 1e-8;

/** The shrunk value of s > 0, to about 1e-7 of it; see `shrinkValue`. */
export function shrinkFast(s: number, { patches, level }: GroupNoise, rule: ShrinkRule): number {
  const constant = rule.constant * Math.sqrt(patches) * level * level;
  if (rule.kind === 'nuclear') return closedForm(s, constant);
  const rest = s * s - patches * level * level;
  return rest > 0 ? reweighted(s, Math.sqrt(rest), constant, rule) : 0;
}

function reweighted(s: number, start: number, constant: number, rule: SchattenRule): number {
  const { power, steps, reweightings } = rule;
  const logOfS = Math.log(s);
  let t = start;
  for (let k = 0; k < reweightings; k++) {
    const weight = (constant * small(-Math.log(t), 1 / power - 1)) / t;
    if (!(s > threshold(weight, power))) return 0;
    if (power === 1) {
      t = s - weight;
      continue;
    }
    t = s - power * weight * small(logOfS, power - 1);
    for (let j = 1; j < steps; j++) {
      const next = s - power * weight * small(Math.log(t), power - 1);
      const change = Math.abs(next - t);
      t = next;
      if (change < SETTLED * s) break;
    }
    if (!(t > 0)) return 0;
  }
  return t;
}

/** exp(log · by), by its series where the product is small. */
function small(log: number, by: number): number {
  const y = log * by;
  return Math.abs(y) < 0.02 ? 1 + y * (1 + y * (0.5 + y * (1 / 6 + y / 24))) : Math.exp(y);
}

/** τ of `gstThreshold`: with r = (2w(1-p))^(1/(2-p)) it is r + p w r / (2w(1-p)). */
function threshold(weight: number, power: number): number {
  if (power === 1) return weight;
  const base = 2 * weight * (1 - power);
  const root = base * small(Math.log(base), (power - 1) / (2 - power));
  return root + (power * weight * root) / base;
}
