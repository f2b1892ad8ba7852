/** The constants of deblurring: the released demonstration's, and ours with a growing penalty. */

import { schattenRule } from '../denoise/parameters.js';
import type { GroupMode } from '../patches/group-shrinker.js';
import type { Precision } from '../patches/pass.js';
import type { ShrinkRule } from '../shrink/shrink-values.js';

/**
 * How the multiplier method runs. `released`: the penalty stays, the multiplier moves by 0.001 and
 * enters as the program has it. `continuation`: the textbook steps with a penalty that grows, under
 * which the paper shows convergence.
 */
export type DeblurSchedule =
  | { readonly kind: 'released'; readonly iterations: number; readonly multiplierStep: number }
  | {
      readonly kind: 'continuation';
      readonly iterations: number;
      /** ρ of β ← ρβ. */
      readonly growth: number;
      /** Ends when all three norms are below. */
      readonly tolerance: number;
    };

export interface DeblurParameters {
  readonly mode: GroupMode;
  readonly rule: ShrinkRule;
  readonly schedule: DeblurSchedule;
  /** λ of λ/2 ||h * u - f||². */
  readonly fidelity: number;
  /** β at the start. */
  readonly penalty: number;
  readonly side: number;
  readonly step: number;
  readonly search: number;
  readonly count: number;
  /** Noise level m of the groups at the start: λ_noise · θ · σ of the released program. */
  readonly level: number;
  /** Groups are found anew every so many iterations. */
  readonly rematch: number;
  /** Of the groups; `single` by default, as in the published program. */
  readonly precision?: Precision;
}

/** c of the released deblurring, and its inflated noise level 0.334 · 8.5 · σ. */
const C = 1.3 * Math.SQRT2;
const INFLATION = 0.334 * 8.5;

/** The demonstration's constants; `qwnnm` is the sister program's. */
export function publishedDeblur(method: 'qwsnm' | 'qwnnm', sigma: number): DeblurParameters {
  const own = method === 'qwsnm';
  return {
    mode: 'released',
    rule: own
      ? { ...(schattenRule() as ShrinkRule & { kind: 'schatten' }), constant: 2 * C }
      : { kind: 'nuclear', constant: 2 * C },
    schedule: { kind: 'released', iterations: own ? 10 : 8, multiplierStep: 0.001 },
    fidelity: own ? 115 : 110,
    penalty: 7.5,
    side: 6,
    step: own ? 1 : 3,
    search: 30,
    count: 155,
    level: INFLATION * sigma,
    rematch: 1,
  };
}

/**
 * Ours: the published constants with every third key patch, a ninth of the groups. A growing
 * penalty with fewer iterations was tried and lost 0.5 to 1.7 dB.
 */
export function tunedDeblur(method: 'qwsnm' | 'qwnnm', sigma: number): DeblurParameters {
  return { ...publishedDeblur(method, sigma), step: 3 };
}
