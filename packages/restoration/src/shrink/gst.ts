/** Generalised soft thresholding (Zuo, Meng, Zhang, Feng, Zhang 2013). */

export interface GstOptions {
  /** Power p of the penalty, 0 < p ≤ 1. */
  readonly power: number;
  /** Fixed-point steps J; 4 by default. */
  readonly steps?: number;
  /** For w = 0 and p < 1 the originals' formula gives 0 ('released'); y is right ('exact', default). */
  readonly noWeight?: 'exact' | 'released';
}

/**
 * Below this |y| the minimiser of ½(x - y)² + w|x|^p is 0:
 * τ = (2w(1-p))^(1/(2-p)) + p w (2w(1-p))^((p-1)/(2-p)); w itself for p = 1; 0 for w = 0.
 */
export function gstThreshold(weight: number, power: number): number {
  if (power === 1 || weight === 0) return weight;
  const base = 2 * weight * (1 - power);
  // (p - 1)/(2 - p) = 1/(2 - p) - 1: one root serves both terms.
  const root = base ** (1 / (2 - power));
  return root + (power * weight * root) / base;
}

/**
 * argmin_x ½(x - y)² + w|x|^p: 0 where |y| ≤ τ, else sign(y) t with J steps of t ← |y| - p w t^(p-1)
 * from |y|. For w = 0 the answer is y.
 */
export function gst(y: number, weight: number, options: GstOptions): number {
  const { power, steps = 4, noWeight = 'exact' } = options;
  const size = Math.abs(y);
  if (weight === 0) return noWeight === 'released' && power < 1 ? 0 : y;
  if (!(size > gstThreshold(weight, power))) return 0;
  if (power === 1) return Math.sign(y) * (size - weight);
  let t = size;
  for (let j = 0; j < steps; j++) t = size - power * weight * t ** (power - 1);
  return Math.sign(y) * t;
}
