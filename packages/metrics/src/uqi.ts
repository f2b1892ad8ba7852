/** The universal quality index of one window from its sums. */

/** Sums over a window of x, y, x² + y² and xy. */
export interface WindowSums {
  readonly sumA: number;
  readonly sumB: number;
  readonly squares: number;
  readonly cross: number;
}

/** Differences of sums below this share of the sums are rounding, not variance. */
const ROUNDING = 1e-13;

/**
 * 4 σ_xy μ_x μ_y / ((σ_x² + σ_y²)(μ_x² + μ_y²)); for constant windows the ratio of means alone,
 * 1 where both are zero.
 */
export function uqi(count: number, { sumA, sumB, squares, cross }: WindowSums): number {
  const products = sumA * sumB;
  const means = sumA * sumA + sumB * sumB;
  const variances = count * squares - means;
  if (!(variances > ROUNDING * count * squares)) return means === 0 ? 1 : (2 * products) / means;
  if (means === 0) return 1;
  return (4 * (count * cross - products) * products) / (variances * means);
}
