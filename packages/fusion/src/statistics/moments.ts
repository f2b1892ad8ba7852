/** Means, variances and covariances of a few variables from sums that can be added up in parts. */

import type { FloatSamples } from '@bandweave/image';

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

/** Pixels whose products are taken together: what all columns hold of them stays in the cache. */
const BLOCK = 2048;

/**
 * Adds many observations at once: one array a variable, all of one length. The same sums as
 * `addObservation` for every index whose mask is not 0, several times faster.
 */
export function addColumns(
  sums: Float64Array,
  offset: number,
  columns: readonly FloatSamples[],
  mask?: Uint8Array,
): void {
  const { length } = columns[0];
  for (let start = 0; start < length; start += BLOCK) {
    const end = Math.min(length, start + BLOCK);
    if (mask) addMasked(sums, offset, columns, { mask, start, end });
    else addBlock(sums, offset, columns, { start, end });
  }
}

interface Block {
  readonly start: number;
  readonly end: number;
}

function addBlock(
  sums: Float64Array,
  offset: number,
  columns: readonly FloatSamples[],
  { start, end }: Block,
): void {
  const variables = columns.length;
  sums[offset] += end - start;
  let product = offset + 1 + variables;
  for (let i = 0; i < variables; i++) {
    const a = columns[i];
    let sum = 0;
    for (let p = start; p < end; p++) sum += a[p];
    sums[offset + 1 + i] += sum;
    for (let j = 0; j <= i; j++) {
      const b = columns[j];
      let dot = 0;
      for (let p = start; p < end; p++) dot += a[p] * b[p];
      sums[product++] += dot;
    }
  }
}

function addMasked(
  sums: Float64Array,
  offset: number,
  columns: readonly FloatSamples[],
  { mask, start, end }: Block & { readonly mask: Uint8Array },
): void {
  const values = new Float64Array(columns.length);
  for (let p = start; p < end; p++) {
    if (mask[p] === 0) continue;
    for (let i = 0; i < columns.length; i++) values[i] = columns[i][p];
    addObservation(sums, offset, values, columns.length);
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

/** Mean products, not centred, of the variables at `offset`: [variables, variables]. */
export function rawProducts(sums: Float64Array, offset: number, variables: number): Float64Array {
  const count = Math.max(1, sums[offset]);
  const products = new Float64Array(variables * variables);
  let at = offset + 1 + variables;
  for (let i = 0; i < variables; i++) {
    for (let j = 0; j <= i; j++) {
      const value = sums[at++] / count;
      products[i * variables + j] = value;
      products[j * variables + i] = value;
    }
  }
  return products;
}
