/** The 3 x 3 neighbourhood of every pixel as a row, and rows of tables chosen per pixel. */

import {
  composite,
  concat,
  gather,
  matmul,
  matrixTranspose,
  padZeros,
  reshape,
  slice,
  type Tensor,
} from '@bandweave/graph';

/** Positions of a 3 x 3 kernel. */
export const TAPS = 9;

/** Of x [b, h, w, c], zeros beyond the border: [b·h·w, 9·c], tap by tap in row-major order. */
export function patchesOf(x: Tensor): Tensor {
  const [b, h, w, c] = x.shape;
  const padded = padZeros(x, [0, 1, 1, 0], [0, 1, 1, 0]);
  const taps = Array.from({ length: TAPS }, (_, tap) => {
    const [row, col] = [Math.floor(tap / 3), tap % 3];
    return slice(padded, [
      { axis: 1, start: row, stop: row + h },
      { axis: 2, start: col, stop: col + w },
    ]);
  });
  return reshape(concat(taps, { axis: 3 }), [b * h * w, TAPS * c]);
}

/** Which row of a table [rows, width] belongs to each pixel. */
export interface Choice {
  /** int64 [pixels] */
  readonly rows: Tensor;
  /** The same as indicators [sets, pixels / sets, rows / sets], for the gradient. */
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
      const [sets, n] = hot.shape;
      const sums = matmul(matrixTranspose(hot), reshape(g, [sets, n, t.shape[1]]));
      return [reshape(sums, t.shape), undefined, undefined];
    },
  })[0];
}
