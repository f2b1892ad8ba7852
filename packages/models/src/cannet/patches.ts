/** The 3 x 3 neighbourhood of every pixel, tap by tap, and pixels by the cluster they belong to. */

import {
  cast,
  composite,
  constant,
  equal,
  gather,
  matmul,
  padZeros,
  reshape,
  slice,
  type Tensor,
} from '@bandweave/graph';

/** Positions of a 3 x 3 kernel, in row-major order. */
export const TAPS = 9;

/** x [b, h, w, c] as each tap of a 3 x 3 kernel sees it: [b·h·w, c], zeros beyond the border. */
export function tapsOf(x: Tensor): readonly Tensor[] {
  const [b, h, w, c] = x.shape;
  const padded = padZeros(x, [0, 1, 1, 0], [0, 1, 1, 0]);
  return Array.from({ length: TAPS }, (_, tap) => {
    const [row, col] = [Math.floor(tap / 3), tap % 3];
    const shifted = slice(padded, [
      { axis: 1, start: row, stop: row + h },
      { axis: 2, start: col, stop: col + w },
    ]);
    return reshape(shifted, [b * h * w, c]);
  });
}

/** Numbers int64 [sets, n] below `width` as indicators [sets, width, n]. */
export function indicators(index: Tensor, width: number): Tensor {
  const [sets, n] = index.shape;
  const numbers = constant(
    Array.from({ length: width }, (_, k) => k),
    [1, width, 1],
    'int64',
  );
  // Four times faster than OneHot; products with rows along the pixels are, too.
  return cast(equal(reshape(index, [sets, 1, n]), numbers), 'float32');
}

/** Which row of a table [rows, width] belongs to each pixel. */
export interface Choice {
  /** int64 [pixels] */
  readonly rows: Tensor;
  /** The same as indicators [sets, rows / sets, pixels / sets], for the gradient. */
  readonly members: Tensor;
}

/**
 * table[rows]: [pixels, width]. The gradient is a product with the indicators, not a sum row by
 * row over pixels in whatever order.
 */
export function chooseRows(table: Tensor, { rows, members }: Choice): Tensor {
  const shape = [rows.shape[0], table.shape[1]];
  return composite('chooseRows', [table, rows, members], {
    outputs: [{ shape, dtype: table.dtype }],
    lower: ([t, at]) => [gather(t, at, { axis: 0 })],
    vjp: ([g], { inputs: [t, , hot] }) => {
      const [sets, , n] = hot.shape;
      const sums = matmul(hot, reshape(g, [sets, n, t.shape[1]]));
      return [reshape(sums, t.shape), undefined, undefined];
    },
  })[0];
}
