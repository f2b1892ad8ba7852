/**
 * The four coarse cells around each fine pixel, as the implicit functions see them: their features
 * by nearest sampling, zero outside the grid, and the pixel's place relative to them.
 */

import { constant, padZeros, resize, slice, type Tensor, take } from '@bandweave/graph';

/** Rows of the fine grid that are worked on together. */
export interface Rows {
  readonly start: number;
  readonly stop: number;
}

export interface Neighbour {
  /** Features [b, c, h, w] of the cell, for some rows of the fine grid: [b, c, rows, W]. */
  sample(padded: Tensor, rows: Rows): Tensor;
  /** The same for all pixels, of features in a row a cell [b, (h + 2)(w + 2), c]: [b, H W, c]. */
  sampleFlat(padded: Tensor): Tensor;
  /** ((y - y of the cell) h, (x - x of the cell) w): [1, 2, rows, W]; the cell's is 0 outside. */
  relative(rows: Rows): Tensor;
}

/** Most features that one block of rows holds in a layer. */
const BLOCK_FEATURES = 2 ** 21;

/** All rows in blocks of about equal height. */
export function rowBlocks(height: number, featuresPerRow: number): Rows[] {
  const count = Math.max(1, Math.ceil((height * featuresPerRow) / BLOCK_FEATURES));
  const side = Math.ceil(height / count);
  return Array.from({ length: Math.ceil(height / side) }, (_, k) => ({
    start: k * side,
    stop: Math.min(height, (k + 1) * side),
  }));
}

export interface Grids {
  readonly coarse: readonly [height: number, width: number];
  readonly fine: readonly [height: number, width: number];
}

/** With the border of zeros that `sample` expects. */
export function withBorder(x: Tensor): Tensor {
  return padZeros(x, [0, 0, 1, 1], [0, 0, 1, 1]);
}

/** Up and left, up and right, down and left, down and right. */
export function neighbours(grids: Grids): readonly Neighbour[] {
  return [-1, 1].flatMap((down) => [-1, 1].map((right) => neighbour(grids, { down, right })));
}

function neighbour(
  { coarse: [h, w], fine: [height, width] }: Grids,
  { down, right }: { readonly down: number; readonly right: number },
): Neighbour {
  const rowCells = nearestCells({ coarse: h, fine: height, side: down });
  const colCells = nearestCells({ coarse: w, fine: width, side: right });
  const wide = width / w;
  return {
    sample(padded, { start, stop }) {
      const rows = take(
        padded,
        Array.from(rowCells.subarray(start, stop), (cell) => cell + 1),
        { axis: 2 },
      );
      if (!Number.isInteger(wide) || wide % 2 !== 0) {
        return take(
          rows,
          Array.from(colCells, (cell) => cell + 1),
          { axis: 3 },
        );
      }
      // The border included, the cells repeat: a picture enlarged and shifted by half a cell.
      const enlarged = resize(rows, { size: [stop - start, (w + 2) * wide], mode: 'nearest' });
      const first = wide / 2 + (right > 0 ? wide : 0);
      return slice(enlarged, [{ axis: 3, start: first, stop: first + width }]);
    },
    sampleFlat(padded) {
      const cells = new Array<number>(height * width);
      for (let i = 0, at = 0; i < height; i++) {
        for (let j = 0; j < width; j++) cells[at++] = (rowCells[i] + 1) * (w + 2) + colCells[j] + 1;
      }
      return take(padded, cells, { axis: 1 });
    },
    relative({ start, stop }) {
      const plane = (stop - start) * width;
      const values = new Float32Array(2 * plane);
      for (let i = start, at = 0; i < stop; i++) {
        for (let j = 0; j < width; j++, at++) {
          const [p, q] = [rowCells[i], colCells[j]];
          const inside = p >= 0 && p < h && q >= 0 && q < w;
          values[at] = (centre(i, height) - (inside ? centre(p, h) : 0)) * h;
          values[plane + at] = (centre(j, width) - (inside ? centre(q, w) : 0)) * w;
        }
      }
      return constant(values, [1, 2, stop - start, width]);
    },
  };
}

/** Centre of the i-th of n cells over [-1, 1]. */
const centre = (i: number, n: number) => (2 * i + 1) / n - 1;

/**
 * Index of the nearest cell to each pixel's centre shifted by half a cell to one side, from -1 to
 * the number of cells; ties go to the even index.
 */
function nearestCells(axis: { coarse: number; fine: number; side: number }): Int32Array {
  const { coarse, fine, side } = axis;
  return Int32Array.from({ length: fine }, (_, i) => {
    // 2p = (2i + 1) coarse / fine + side - 1 in whole numbers over `fine`.
    const twice = (2 * i + 1) * coarse + (side - 1) * fine;
    const below = Math.floor(twice / (2 * fine));
    const rest = twice - below * 2 * fine;
    if (rest === fine) return below % 2 === 0 ? below : below + 1;
    return rest > fine ? below + 1 : below;
  });
}
