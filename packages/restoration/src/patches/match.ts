/**
 * Block matching: for each key patch the `count` patches of its window that differ least. The
 * differences of a whole row of keys to one displacement are box sums of one difference picture,
 * so a patch is never compared pixel by pixel.
 */

import { type Kernels, makeKernels } from '../wasm/kernels.js';
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

/** Columns of positions whose distances are held at once: what fits the cache. */
const BLOCK = 48;

/** Finds matches row by row; holds its own memory. */
export class Matcher {
  private readonly kernels: Kernels;
  /** The rows of the picture that were loaded, [bands, loaded rows, pitch]. */
  private readonly picture: Float64Array;
  private readonly columns: Float64Array;
  /** [displacement, BLOCK] */
  private readonly distances: Float64Array;
  private readonly list: Float64Array;
  private readonly order: Int32Array;
  private readonly near: Int32Array;
  private readonly pitch: number;
  private loaded = { top: 0, rows: 0 };

  /** @param rows most rows of the picture that `load` will be given */
  constructor(
    private readonly planes: Planes,
    private readonly options: MatchOptions,
    rows = planes.height,
  ) {
    const side = 2 * options.search + 1;
    this.pitch = planes.width + 4;
    const sizes = [
      planes.bands * rows * this.pitch + 4,
      this.pitch + BLOCK + 4,
      side * side * BLOCK + 4,
    ];
    const { kernels, buffer } = makeKernels(8 * sizes.reduce((a, b) => a + b));
    let at = 0;
    const parts = sizes.map((size) => {
      const part = new Float64Array(buffer, at, size);
      at += 8 * size;
      return part;
    });
    this.kernels = kernels;
    [this.picture, this.columns, this.distances] = parts;
    this.list = new Float64Array(side * side);
    this.order = new Int32Array(side * side);
    this.near = new Int32Array(side * side);
  }

  /** Takes over the picture's rows `top` to before `top + rows`: what `row` then compares. */
  load(top: number, rows: number): void {
    const { bands, height, width, data } = this.planes;
    const { picture, pitch } = this;
    this.loaded = { top, rows };
    for (let band = 0, to = 0; band < bands; band++) {
      for (let y = top; y < top + rows; y++, to += pitch) {
        const from = (band * height + y) * width;
        picture.set(data.subarray(from, from + width), to);
      }
    }
  }

  /**
   * The matches of the keys of one row: `out` gets for the i-th key column the indices of its
   * patches from i·stride on, nearest first, ties by index; returned is how many each has.
   *
   * Distance = Σ over pixels and bands of squared differences.
   */
  row(row: number, out: Int32Array, { stride, counts }: RowOutput): void {
    const { keyCols } = this.options;
    for (let first = 0; first < keyCols.length; ) {
      let last = first + 1;
      while (last < keyCols.length && keyCols[last] - keyCols[first] < BLOCK) last++;
      this.measure(row, keyCols[first], keyCols[last - 1]);
      for (let key = first; key < last; key++) {
        const place = { start: keyCols[first], out: out.subarray(key * stride) };
        counts[key] = this.select(row, keyCols[key], place);
      }
      first = last;
    }
  }

  /** Distances of the positions c0..c1 of a row to every displacement, one after another. */
  private measure(row: number, c0: number, c1: number): void {
    const { grid, search } = this.options;
    const { side, rows, cols } = grid;
    const { kernels, picture, columns, distances, pitch, loaded } = this;
    const { bands } = this.planes;
    const plane = 8 * loaded.rows * pitch;
    for (let dc = -search, at = 0; dc <= search; dc++) {
      const from = Math.max(c0, -dc);
      const to = Math.min(c1, cols - 1 - dc);
      if (to < from) {
        at += (2 * search + 1) * BLOCK;
        continue;
      }
      for (let dr = -search; dr <= search; dr++, at += BLOCK) {
        const other = row + dr;
        if (other < 0 || other >= rows) continue;
        const a = picture.byteOffset + 8 * ((row - loaded.top) * pitch + from);
        const b = picture.byteOffset + 8 * ((other - loaded.top) * pitch + from + dc);
        const x = columns.byteOffset;
        const count = to - from + 1;
        kernels.differences(x, a, b, count + side - 1, side, bands, 8 * pitch, plane);
        kernels.windowSums(distances.byteOffset + 8 * (at + from - c0), x, count, side);
      }
    }
  }

  private select(row: number, col: number, { start, out }: Selection): number {
    const { grid, search, count } = this.options;
    const { distances, list, order, near } = this;
    const side = 2 * search + 1;
    const top = Math.max(-search, -row);
    const bottom = Math.min(search, grid.rows - 1 - row);
    const left = Math.max(-search, -col);
    const right = Math.min(search, grid.cols - 1 - col);
    let found = 0;
    for (let dc = left; dc <= right; dc++) {
      let at = ((dc + search) * side + top + search) * BLOCK + col - start;
      const index = (col + dc) * grid.rows + row;
      for (let dr = top; dr <= bottom; dr++, at += BLOCK, found++) {
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
  /** Column of the first distance. */
  readonly start: number;
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
