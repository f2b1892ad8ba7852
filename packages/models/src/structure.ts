/**
 * How much of the target's local structure an image lacks: what mean differences alone do not see
 * is detail that was damped because it is uncertain, which is what Q2n punishes.
 */

import { add, div, mean, mul, reshape, square, sub, type Tensor } from '@bandweave/graph';

/** Sides of the windows in pixels. */
const SIDE = 16;
/** Variance of standardised samples below which a window is flat. */
const FLAT = 1e-3;

/**
 * 1 - mean of (2 cov(x, y) + c) / (var x + var y + c) over windows of 16 x 16 that do not overlap:
 * contrast and correlation of the universal index (Wang, Bovik 2002), 0 where equal, 2 at most.
 *
 * @param x [b, c, h, w]; smaller sides than a window make one of them
 */
export function missingStructure(x: Tensor, y: Tensor): Tensor {
  const cut = (t: Tensor) => {
    const [b, c, height, width] = t.shape;
    const [down, across] = [windows(height), windows(width)];
    return reshape(t, [b * c, down, height / down, across, width / across]);
  };
  const [p, q] = [cut(x), cut(y)];
  const local = (t: Tensor) => mean(t, { axes: [2, 4] });
  const [mp, mq] = [local(p), local(q)];
  const covariance = sub(local(mul(p, q)), mul(mp, mq));
  const spread = sub(add(local(square(p)), local(square(q))), add(square(mp), square(mq)));
  const flat = (t: Tensor, by: number) => add(mul(t, by), FLAT);
  return sub(1, mean(div(flat(covariance, 2), flat(spread, 1))));
}

/** So many windows of equal size along a side. */
function windows(side: number): number {
  for (let count = Math.max(1, Math.floor(side / SIDE)); count > 1; count--) {
    if (side % count === 0) return count;
  }
  return 1;
}
