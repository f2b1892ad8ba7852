/** The smallest values of many, kept in parts that can be merged: for low percentiles of a scene. */

/** Room for `capacity` values at an offset of the sums: how many are kept, then they, ascending. */
export interface Smallest {
  readonly offset: number;
  readonly capacity: number;
}

/** How many sums `capacity` values take. */
export function smallestSize(capacity: number): number {
  return 1 + capacity;
}

/** Keeps the smallest of what is there and the values given. */
export function keepSmallest(
  sums: Float64Array,
  { offset, capacity }: Smallest,
  values: Float64Array,
): void {
  const kept = sums[offset];
  const full = kept === capacity;
  const limit = full && kept > 0 ? sums[offset + kept] : Number.POSITIVE_INFINITY;
  let low = values;
  if (full) {
    low = values.filter((value) => value < limit);
    if (low.length === 0) return;
  }
  const all = new Float64Array(kept + low.length);
  all.set(sums.subarray(offset + 1, offset + 1 + kept));
  all.set(low, kept);
  const next = Math.min(capacity, all.length);
  if (next < all.length) select(all, next);
  sums[offset] = next;
  sums.set(all.subarray(0, next).sort(), offset + 1);
}

/** Puts the `count` smallest values first, in any order (Hoare's selection). */
function select(values: Float64Array, count: number): void {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const held = values[i];
      values[i++] = values[j];
      values[j--] = held;
    }
    if (count - 1 <= j) right = j;
    else if (count - 1 >= i) left = i;
    else return;
  }
}

/** The same for values that another part has kept. */
export function mergeSmallest(into: Float64Array, part: Float64Array, place: Smallest): void {
  const { offset } = place;
  keepSmallest(into, place, part.slice(offset + 1, offset + 1 + part[offset]));
}

/**
 * The percentile of `count` values of which the smallest are kept: linear between the values at
 * 100 (i - 1/2) / count, as MATLAB's prctile; undefined where nothing is kept.
 */
export function percentileOf(
  sums: Float64Array,
  { offset }: Smallest,
  { count, percent }: { readonly count: number; readonly percent: number },
): number | undefined {
  const kept = sums[offset];
  if (kept === 0) return undefined;
  const at = Math.min(kept, Math.max(1, (percent / 100) * count + 0.5));
  const below = Math.floor(at);
  const value = sums[offset + below];
  const next = sums[offset + Math.min(kept, below + 1)];
  return value + (at - below) * (next - value);
}
