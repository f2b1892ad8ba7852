/**
 * How the singular values of a group are shrunk: by re-weighted generalised soft thresholding
 * (QWSNM) or by its closed form at p = 1 (WNNM and QWNNM: Gu, Zhang, Zuo, Feng 2014).
 */

import { gst } from './gst.js';

/** 2^-52: what the originals add to denominators. */
const EPS = Number.EPSILON;

/** The weighted Schatten p-norm. */
export interface SchattenRule {
  readonly kind: 'schatten';
  /** p; 0.999 in the released constants. */
  readonly power: number;
  /** k · c of C = k c √n m². */
  readonly constant: number;
  /** Fixed-point steps of the thresholding. */
  readonly steps: number;
  /** How often weights and values follow each other. */
  readonly reweightings: number;
}

/** The weighted nuclear norm in closed form. */
export interface NuclearRule {
  readonly kind: 'nuclear';
  /** 2c of T = 2c √n m². */
  readonly constant: number;
}

export type ShrinkRule = SchattenRule | NuclearRule;

/** Of one group. */
export interface GroupNoise {
  /** Patches n. */
  readonly patches: number;
  /** Noise level m, in the image's unit. */
  readonly level: number;
}

/**
 * The shrunk value of a singular value s ≥ 0.
 *
 * Schatten: T₀ = √max(s² - n m², 0), C = constant √n m²; then `reweightings` times
 * w = C/(T^(1/p) + ε), T ← GST(s, w, p). The weights fall as s grows, which is the condition under
 * which thresholding each value by itself minimises the weighted norm.
 *
 * Nuclear: with T = constant √n m² the fixed point of that for p = 1: s' = (s + √(s² - 4T))/2,
 * 0 where the root is not real.
 */
export function shrinkValue(s: number, { patches, level }: GroupNoise, rule: ShrinkRule): number {
  const constant = rule.constant * Math.sqrt(patches) * level * level;
  if (rule.kind === 'nuclear') return closedForm(s, constant);
  const rest = s * s - patches * level * level;
  if (rest <= 0 && constant > 0) return 0;
  const start = Math.sqrt(Math.max(rest, 0));
  return reweighted(s, { constant, start, rule });
}

/** Re-weighted thresholding of s from T₀ = start. */
export function reweighted(
  s: number,
  {
    constant,
    start,
    rule,
  }: {
    readonly constant: number;
    readonly start: number;
    readonly rule: Omit<SchattenRule, 'kind' | 'constant'>;
  },
): number {
  const { power, steps, reweightings } = rule;
  let t = start;
  for (let k = 0; k < reweightings; k++) {
    const weight = constant / (t ** (1 / power) + EPS);
    t = Math.max(gst(s, weight, { power, steps }), 0);
    // A value that is gone has an endless weight and stays gone.
    if (t === 0 && constant > 0) return 0;
  }
  return t;
}

/** The fixed point of s' = s - T/s' that is reached from above; 0 where there is none. */
export function closedForm(s: number, constant: number): number {
  const root = (s - EPS) ** 2 - 4 * (constant - EPS * s);
  if (!(root > 0)) return 0;
  return Math.max(s - EPS + Math.sqrt(root), 0) / 2;
}
