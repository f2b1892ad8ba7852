/**
 * Block matching in single precision, several rows of key patches at a time: what a candidate must
 * stay under falls as the lists fill, so most are turned away four at a time and never written.
 */

import type { PatchGrid } from '../patches/keys.js';
import { ORDINALS } from '../wasm/single/match.js';
import {
  type Arrays,
  doubles,
  floats,
  integers,
  type SingleKernels,
} from '../wasm/single/single.js';

/** Columns of positions that are looked at together, and rows of keys. */
const BLOCK = 64;
const ROWS = 8;

export interface SingleMatchOptions {
  readonly grid: PatchGrid;
  readonly bands: 1 | 3;
  readonly keyRows: Int32Array;
  readonly keyCols: Int32Array;
  readonly search: number;
  /** Most patches that will be asked for. */
  readonly count: number;
}

/** Farther than this the numbers of candidates do not fit; see `select`. */
export const FARTHEST = 1023;

const capacityOf = ({ count, search }: SingleMatchOptions) =>
  count + Math.max(32, count >> 1) + 2 * search + 1;

/** Pieces of memory; `step` is the largest distance of neighbouring key rows. */
export function matcherPieces(options: SingleMatchOptions, step: number) {
  const { side } = options.grid;
  return {
    columnSums: floats(ROWS * (BLOCK + side + 12)),
    differenceRows: floats(8 * ((ROWS - 1) * step + side)),
    limits: floats(ROWS * BLOCK + 4),
    listLengths: integers(ROWS * BLOCK + 4),
    lists: doubles(ROWS * BLOCK * capacityOf(options)),
    matchScratch: floats(4),
  };
}

/** Where the picture lies. */
export interface LoadedPicture {
  readonly at: number;
  /** First row, numbers in a row and in a plane. */
  readonly top: number;
  readonly pitch: number;
  readonly plane: number;
}

export interface MatchTarget {
  readonly matches: Int32Array;
  readonly counts: Int32Array;
  /** Room for each key. */
  readonly stride: number;
}

export class SingleMatcher {
  private readonly capacity: number;
  private readonly limitBits: Int32Array;

  constructor(
    private readonly kernels: SingleKernels,
    private readonly arrays: Arrays<ReturnType<typeof matcherPieces>>,
    private readonly options: SingleMatchOptions,
  ) {
    this.capacity = capacityOf(options);
    const { limits } = arrays;
    this.limitBits = new Int32Array(limits.buffer, limits.byteOffset, limits.length);
  }

  /** The `count` nearest of each key of the rows `first` to before `last`, in no order. */
  run(
    picture: LoadedPicture,
    {
      first,
      last,
      count,
    }: { readonly first: number; readonly last: number; readonly count: number },
    target: MatchTarget,
  ): void {
    const { keyRows, keyCols } = this.options;
    for (let r = first; r < last; ) {
      const step = r + 1 < last ? keyRows[r + 1] - keyRows[r] : 1;
      let end = r + 1;
      while (end < last && end - r < ROWS && keyRows[end] - keyRows[end - 1] === step) end++;
      for (let c = 0; c < keyCols.length; ) {
        let stop = c + 1;
        while (stop < keyCols.length && keyCols[stop] - keyCols[c] < BLOCK) stop++;
        const block = { rows: [r, end], cols: [c, stop], step, count } as const;
        this.fill(picture, block);
        this.write(block, target);
        c = stop;
      }
      r = end;
    }
  }

  private fill(picture: LoadedPicture, block: Block): void {
    const { grid, keyRows, keyCols, search } = this.options;
    const { limits, listLengths } = this.arrays;
    const { rows, cols, count } = block;
    const [c0, c1] = [keyCols[cols[0]], keyCols[cols[1] - 1]];
    const high = rows[1] - rows[0];
    listLengths.fill(0);
    // Only keys take candidates.
    limits.fill(-1);
    for (let r = 0; r < high; r++) {
      for (let c = cols[0]; c < cols[1]; c++) {
        limits[r * BLOCK + keyCols[c] - c0] = Number.POSITIVE_INFINITY;
      }
    }
    const enough = count + Math.max(32, count >> 1);
    for (let k = 0; k <= 2 * search; k++) {
      // 0, -1, 1, -2, 2, ...: the nearest are most alike and make the limits tight early.
      const dc = k % 2 === 0 ? k / 2 : -(k + 1) / 2;
      const from = Math.max(c0, -dc);
      const to = Math.min(c1, grid.cols - 1 - dc);
      if (to < from) continue;
      for (let dr = -search; dr <= search; dr++) {
        let a = 0;
        let b = high;
        while (a < b && keyRows[rows[0] + a] + dr < 0) a++;
        while (b > a && keyRows[rows[0] + b - 1] + dr >= grid.rows) b--;
        if (b > a) this.displacement(picture, block, { dr, dc, from, to, c0, a, b });
      }
      this.prune(block, enough);
    }
  }

  private displacement(picture: LoadedPicture, block: Block, shift: Shift): void {
    const { kernels, arrays, capacity } = this;
    const { grid, keyRows, search, bands } = this.options;
    const { columnSums, differenceRows, limits, listLengths, lists, matchScratch } = arrays;
    const { dr, dc, from, to, c0, a, b } = shift;
    const { at, top, pitch, plane } = picture;
    const own = at + 4 * ((keyRows[block.rows[0] + a] - top) * pitch + from);
    const wide = 4 * (BLOCK + grid.side + 12);
    const positions = to - from + 1;
    const sums = bands === 3 ? kernels.columnSums3 : kernels.columnSums1;
    sums(
      columnSums.byteOffset,
      own,
      own + 4 * (dr * pitch + dc),
      positions + grid.side - 1,
      grid.side,
      4 * pitch,
      4 * plane,
      block.step,
      b - a,
      wide,
      differenceRows.byteOffset,
    );
    const ordinal = (dc + search) * (2 * search + 1) + dr + search;
    for (let r = a; r < b; r++) {
      const place = r * BLOCK + from - c0;
      kernels.select(
        columnSums.byteOffset + (r - a) * wide,
        limits.byteOffset + 4 * place,
        lists.byteOffset + 8 * place * capacity,
        listLengths.byteOffset + 4 * place,
        8 * capacity,
        positions,
        grid.side,
        ordinal,
        matchScratch.byteOffset,
      );
    }
  }

  /** Cuts lists of `enough` and more to the nearest; their limits fall to the farthest of these. */
  private prune({ rows, count }: Pick<Block, 'rows' | 'count'>, enough: number): void {
    const { capacity, limitBits } = this;
    const { listLengths, lists } = this.arrays;
    const end = (rows[1] - rows[0]) * BLOCK;
    for (let k = 0; k < end; k++) {
      const length = listLengths[k];
      if (length < enough || length <= count) continue;
      const farthest = nearestFirst(lists, k * capacity, length, count);
      listLengths[k] = count;
      limitBits[k] = Math.floor(farthest / ORDINALS);
    }
  }

  private write(block: Block, { matches, counts, stride }: MatchTarget): void {
    const { capacity } = this;
    const { grid, keyRows, keyCols, search } = this.options;
    const { listLengths, lists } = this.arrays;
    const { rows, cols, count } = block;
    const side = 2 * search + 1;
    this.prune(block, count);
    for (let r = rows[0]; r < rows[1]; r++) {
      for (let c = cols[0]; c < cols[1]; c++) {
        const k = (r - rows[0]) * BLOCK + keyCols[c] - keyCols[cols[0]];
        const key = r * keyCols.length + c;
        const length = listLengths[k];
        const corner = (keyCols[c] - search) * grid.rows + keyRows[r] - search;
        for (let j = 0; j < length; j++) {
          const packed = lists[k * capacity + j];
          const ordinal = packed - Math.floor(packed / ORDINALS) * ORDINALS;
          const dc = (ordinal / side) | 0;
          matches[key * stride + j] = corner + dc * grid.rows + ordinal - dc * side;
        }
        counts[key] = length;
      }
    }
  }
}

interface Block {
  readonly rows: readonly [number, number];
  readonly cols: readonly [number, number];
  readonly step: number;
  readonly count: number;
}

interface Shift {
  readonly dr: number;
  readonly dc: number;
  readonly from: number;
  readonly to: number;
  readonly c0: number;
  /** Rows of the block whose other patch lies in the picture. */
  readonly a: number;
  readonly b: number;
}

/** Moves the `count` smallest of a[from..] to its front; the largest of them (Hoare's selection). */
function nearestFirst(a: Float64Array, from: number, length: number, count: number): number {
  const k = from + count - 1;
  let low = from;
  let high = from + length - 1;
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
    else break;
  }
  return a[k];
}
