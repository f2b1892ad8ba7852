/** The angle of a point in the plane, which ONNX lacks. */

import { broadcastShapes } from '../core/shape.js';
import { composite, type Tensor } from '../core/tensor.js';
import { add, div, mul, neg, type Operand, operands, sub } from './arithmetic.js';
import { sumTo } from './broadcast.js';
import { cast, equal, greaterEqual, less } from './comparison.js';
import { atan, square } from './elementwise.js';

/** Stands for x = 0, so that y/x is a large number of the sign of y, and 0/x is 0. */
const TINY = 2e-38;

/**
 * Angle of (x, y) in (-π, π]. It is 0 at the origin, and +π on the negative half-axis whatever the
 * sign of a zero y (numpy gives -π for -0). The gradient is zero at the origin.
 */
export function atan2(y: Operand, x: Operand): Tensor {
  const [top, right] = operands('atan2', y, x);
  const shape = broadcastShapes('atan2', top.shape, right.shape);
  return composite('atan2', [top, right], {
    outputs: [{ shape, dtype: top.dtype }],
    lower: ([b, a]) => {
      const mask = (t: Tensor) => cast(t, b.dtype);
      const half = atan(div(b, add(a, mul(mask(equal(a, 0)), TINY))));
      const side = sub(mul(mask(greaterEqual(b, 0)), 2 * Math.PI), Math.PI);
      return [add(half, mul(mask(less(a, 0)), side))];
    },
    vjp: ([g], { inputs: [b, a] }) => {
      const r2 = add(square(a), square(b));
      const pull = div(g, add(r2, cast(equal(r2, 0), b.dtype)));
      return [sumTo(mul(pull, a), b.shape), sumTo(neg(mul(pull, b)), a.shape)];
    },
  })[0];
}
