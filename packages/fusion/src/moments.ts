/** Means, variances and covariances of a few variables from sums that can be added up in parts. */

/** Number of sums for `variables` of them: a count, the sums, the products. */
export function momentSize(variables: number): number {
  return 1 + variables + (variables * (variables + 1)) / 2;
}

/** Adds one observation, `values[0 .. variables)`, at `offset` of `sums`. */
export function addObservation(
  sums: Float64Array,
  offset: number,
  values: Float64Array,
  variables: number,
): void {
  sums[offset]++;
  let product = offset + 1 + variables;
  for (let i = 0; i < variables; i++) {
    const value = values[i];
    sums[offset + 1 + i] += value;
    for (let j = 0; j <= i; j++) sums[product++] += value * values[j];
  }
}

export interface Moments {
  readonly count: number;
  readonly mean: Float64Array;
  /** [variables, variables], divided by count - 1. */
  readonly covariance: Float64Array;
}

/** Reads the moments at `offset`; zeros where there is nothing to average. */
export function readMoments(sums: Float64Array, offset: number, variables: number): Moments {
  const count = sums[offset];
  const mean = new Float64Array(variables);
  const covariance = new Float64Array(variables * variables);
  if (count === 0) return { count, mean, covariance };
  for (let i = 0; i < variables; i++) mean[i] = sums[offset + 1 + i] / count;
  const degrees = Math.max(1, count - 1);
  let product = offset + 1 + variables;
  for (let i = 0; i < variables; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (sums[product++] - count * mean[i] * mean[j]) / degrees;
      covariance[i * variables + j] = value;
      covariance[j * variables + i] = value;
    }
  }
  return { count, mean, covariance };
}
