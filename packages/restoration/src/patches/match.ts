/**
 * Block matching: for each key patch the `count` patches of its window that differ least. The
 * differences of a whole row of keys to one displacement are box sums of one difference picture,
 * so a patch is never compared pixel by pixel.
 */

import type { PatchGrid } from './keys.js';

export interface MatchOptions {
  readonly grid: PatchGrid;
  /** Columns of the key patches, ascending. */
  readonly keyCols: Int32Array;
  /** Patches farther than this in row or column are not looked at. */
  readonly search: number;
  /** Patches wanted; fewer come where the window holds fewer. */
  readonly count: number;
}

/** Planes of a picture, [bands, height, width], what is compared. */
export interface Planes {
  readonly bands: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** Keys whose distances are held at once: what fits the cache with all displacements. */
const BLOCK = 48;

/** Finds matches row by row; holds its own memory. */
export class Matcher {
  private readonly distances: Float64Array;
  private readonly list: Float64Array;
  private readonly order: Int32Array;
  private readonly columns: Float64Array;
  private readonly near: Int32Array;

  constructor(
    private readonly planes: Planes,
    private readonly options: MatchOptions,
  ) {
    const { search, keyCols } = options;
    const side = 2 * search + 1;
    const block = Math.min(BLOCK, keyCols.length);
    this.distances = new Float64Array(side * side * block);
    this.list = new Float64Array(side * side);
    this.order = new Int32Array(side * side);
    this.near = new Int32Array(side * side);
    this.columns = new Float64Array(planes.width);
  }

  /**
   * The matches of the keys of one row: `out` gets for the i-th key column the indices of its
   * patches from i·stride on, nearest first, ties by index; returned is how many each has.
   *
   * Distance = Σ over pixels and bands of squared differences.
   */
  row(row: number, out: Int32Array, { stride, counts }: RowOutput): void {
    const { keyCols } = this.options;
    for (let first = 0; first < keyCols.length; first += BLOCK) {
      const last = Math.min(first + BLOCK, keyCols.length);
      this.measure(row, first, last);
      for (let key = first; key < last; key++) {
        counts[key] = this.select(row, key, { first, last, out: out.subarray(key * stride) });
      }
    }
  }

  /** Distances of the keys first..last to every displacement, displacement by displacement. */
  private measure(row: number, first: number, last: number): void {
    const { grid, keyCols, search } = this.options;
    const { side, rows, cols } = grid;
    const { bands, height, width, data } = this.planes;
    const { columns, distances } = this;
    const block = last - first;
    const [c0, c1] = [keyCols[first], keyCols[last - 1]];
    for (let dc = -search, at = 0; dc <= search; dc++) {
      for (let dr = -search; dr <= search; dr++, at += block) {
        const other = row + dr;
        if (other < 0 || other >= rows) continue;
        const from = Math.max(c0, -dc);
        const to = Math.min(c1, cols - 1 - dc);
        if (to < from) continue;
        for (let x = from; x < to + side; x++) columns[x] = 0;
        for (let band = 0; band < bands; band++) {
          for (let i = 0; i < side; i++) {
            const a = (band * height + row + i) * width;
            const b = (band * height + other + i) * width + dc;
            for (let x = from; x < to + side; x++) {
              const d = data[a + x] - data[b + x];
              columns[x] += d * d;
            }
          }
        }
        for (let k = 0; k < block; k++) {
          const c = keyCols[first + k];
          if (c < from || c > to) continue;
          let sum = 0;
          for (let j = 0; j < side; j++) sum += columns[c + j];
          distances[at + k] = sum;
        }
      }
    }
  }

  private select(row: number, key: number, where: Selection): number {
    const { grid, keyCols, search, count } = this.options;
    const { distances, list, order, near } = this;
    const col = keyCols[key];
    const { first, last, out } = where;
    const block = last - first;
    const side = 2 * search + 1;
    const top = Math.max(-search, -row);
    const bottom = Math.min(search, grid.rows - 1 - row);
    const left = Math.max(-search, -col);
    const right = Math.min(search, grid.cols - 1 - col);
    let found = 0;
    for (let dc = left; dc <= right; dc++) {
      let at = ((dc + search) * side + top + search) * block + key - first;
      const index = (col + dc) * grid.rows + row;
      for (let dr = top; dr <= bottom; dr++, at += block, found++) {
        list[found] = distances[at];
        order[found] = index + dr;
      }
    }
    const wanted = Math.min(count, found);
    const limit = smallest(list, found, wanted);
    // Columns are walked in the order of indices, so ties at the limit go to the lower ones.
    let taken = 0;
    for (let k = 0; k < found; k++) if (list[k] < limit) near[taken++] = k;
    for (let k = 0; k < found && taken < wanted; k++) if (list[k] === limit) near[taken++] = k;
    near.subarray(0, wanted).sort((a, b) => list[a] - list[b] || a - b);
    for (let k = 0; k < wanted; k++) out[k] = order[near[k]];
    return wanted;
  }
}

interface RowOutput {
  /** Room for each key. */
  readonly stride: number;
  /** Gets how many patches each key has. */
  readonly counts: Int32Array;
}

interface Selection {
  readonly first: number;
  readonly last: number;
  readonly out: Int32Array;
}

const scratch = { values: new Float64Array(0) };

/** The `rank`-th smallest (from 1) of the first `count` values: Hoare's selection on a copy. */
function smallest(list: Float64Array, count: number, rank: number): number {
  if (scratch.values.length < count) scratch.values = new Float64Array(count);
  const a = scratch.values;
  for (let i = 0; i < count; i++) a[i] = list[i];
  const k = rank - 1;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = a[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i <= j) {
        const t = a[i];
        a[i++] = a[j];
        a[j--] = t;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return a[k];
  }
  return a[k];
}
