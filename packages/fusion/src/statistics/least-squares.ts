/** Least squares from a covariance matrix, for intensities fitted to PAN. */

/**
 * The weights w with covariance * w = target, by Cholesky factorisation with pivots. Directions
 * that carry no variance of their own (a constant band, a copied one) get weight 0.
 *
 * @param covariance [size, size], symmetric, not negative
 */
export function solveSymmetric(covariance: Float64Array, target: Float64Array): Float64Array {
  const size = target.length;
  const a = Float64Array.from(covariance);
  const order = Array.from({ length: size }, (_, i) => i);
  const tolerance = 1e-12 * Math.max(...order.map((i) => a[i * size + i]), 0);
  const factor = new Float64Array(size * size);
  let rank = 0;
  for (; rank < size; rank++) {
    let best = rank;
    for (let i = rank + 1; i < size; i++) {
      if (residual(a, factor, order[i], rank, size) > residual(a, factor, order[best], rank, size))
        best = i;
    }
    [order[rank], order[best]] = [order[best], order[rank]];
    const pivot = order[rank];
    const left = residual(a, factor, pivot, rank, size);
    if (!(left > tolerance)) break;
    const root = Math.sqrt(left);
    for (let i = rank; i < size; i++) {
      const row = order[i];
      let value = a[row * size + pivot];
      for (let j = 0; j < rank; j++) value -= factor[row * size + j] * factor[pivot * size + j];
      factor[row * size + rank] = value / root;
    }
  }
  return substitute(factor, order, rank, target);
}

/** What is left of a diagonal entry after `rank` columns. */
function residual(
  a: Float64Array,
  factor: Float64Array,
  index: number,
  rank: number,
  size: number,
): number {
  let value = a[index * size + index];
  for (let j = 0; j < rank; j++) value -= factor[index * size + j] ** 2;
  return value;
}

function substitute(
  factor: Float64Array,
  order: readonly number[],
  rank: number,
  target: Float64Array,
): Float64Array {
  const size = target.length;
  const middle = new Float64Array(rank);
  for (let i = 0; i < rank; i++) {
    let value = target[order[i]];
    for (let j = 0; j < i; j++) value -= factor[order[i] * size + j] * middle[j];
    middle[i] = value / factor[order[i] * size + i];
  }
  const solution = new Float64Array(size);
  for (let i = rank - 1; i >= 0; i--) {
    let value = middle[i];
    for (let j = i + 1; j < rank; j++) value -= factor[order[j] * size + i] * solution[order[j]];
    solution[order[i]] = value / factor[order[i] * size + i];
  }
  return solution;
}
