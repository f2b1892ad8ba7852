/** Comparisons, selection, type changes; and maximum and minimum, which are selections. */

import { ELEMENT_TYPES, type ElementType, isFloating } from '../core/element-type.js';
import { broadcastShapes, opError } from '../core/shape.js';
import { onnx, type Tensor } from '../core/tensor.js';
import { mul, type Operand, operands } from './arithmetic.js';
import { sumTo } from './broadcast.js';

function compare(op: string, opType: string, [a, b]: [Tensor, Tensor]): Tensor {
  const shape = broadcastShapes(op, a.shape, b.shape);
  return onnx(opType, [a, b], { outputs: [{ shape, dtype: 'bool' }] })[0];
}

/** a > b */
export const greater = (a: Operand, b: Operand) =>
  compare('greater', 'Greater', operands('greater', a, b));
/** a >= b */
export const greaterEqual = (a: Operand, b: Operand) =>
  compare('greaterEqual', 'GreaterOrEqual', operands('greaterEqual', a, b));
/** a < b */
export const less = (a: Operand, b: Operand) => compare('less', 'Less', operands('less', a, b));
/** a <= b */
export const lessEqual = (a: Operand, b: Operand) =>
  compare('lessEqual', 'LessOrEqual', operands('lessEqual', a, b));
/** a == b */
export const equal = (a: Operand, b: Operand) => compare('equal', 'Equal', operands('equal', a, b));

function logical(op: string, opType: string, inputs: readonly Tensor[]): Tensor {
  for (const t of inputs) if (t.dtype !== 'bool') throw opError(op, 'bool tensors', t.dtype);
  const shape = broadcastShapes(op, ...inputs.map((t) => t.shape));
  return onnx(opType, inputs, { outputs: [{ shape, dtype: 'bool' }] })[0];
}

export const logicalAnd = (a: Tensor, b: Tensor) => logical('logicalAnd', 'And', [a, b]);
export const logicalOr = (a: Tensor, b: Tensor) => logical('logicalOr', 'Or', [a, b]);
export const logicalNot = (a: Tensor) => logical('logicalNot', 'Not', [a]);

/** The same values in another element type; to whole numbers by cutting off. */
export function cast(x: Tensor, dtype: ElementType): Tensor {
  if (x.dtype === dtype) return x;
  return onnx('Cast', [x], {
    attributes: { to: ELEMENT_TYPES[dtype].onnx },
    outputs: [{ shape: x.shape, dtype }],
    vjp: ([g], { inputs }) => [isFloating(inputs[0].dtype) ? cast(g, inputs[0].dtype) : undefined],
  })[0];
}

/** `a` where the condition holds, else `b`. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (condition.dtype !== 'bool') throw opError('where', 'a bool condition', condition.dtype);
  const [x, y] = operands('where', a, b);
  const shape = broadcastShapes('where', condition.shape, x.shape, y.shape);
  return onnx('Where', [condition, x, y], {
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g], { inputs: [c, l, r] }) => [
      undefined,
      sumTo(where(c, g, 0), l.shape),
      sumTo(where(c, 0, g), r.shape),
    ],
  })[0];
}

/** A mask times a gradient: Cast and Mul are faster than Where in ONNX Runtime. */
export function masked(mask: Tensor, g: Tensor): Tensor {
  return mul(cast(mask, g.dtype), g);
}

function choose(op: string, opType: string, [a, b]: [Tensor, Tensor]): Tensor {
  const shape = broadcastShapes(op, a.shape, b.shape);
  return onnx(opType, [a, b], {
    outputs: [{ shape, dtype: a.dtype }],
    vjp: ([g], { inputs: [x, y] }) => {
      const first = op === 'maximum' ? greaterEqual(x, y) : lessEqual(x, y);
      return [sumTo(masked(first, g), x.shape), sumTo(masked(logicalNot(first), g), y.shape)];
    },
  })[0];
}

/** The larger of two; at equality the gradient goes to the first. */
export const maximum = (a: Operand, b: Operand) =>
  choose('maximum', 'Max', operands('maximum', a, b));
/** The smaller of two; at equality the gradient goes to the first. */
export const minimum = (a: Operand, b: Operand) =>
  choose('minimum', 'Min', operands('minimum', a, b));

/** Values limited to [min, max]; the gradient is zero outside. */
export function clamp(x: Tensor, min: number, max: number): Tensor {
  if (!(min <= max)) throw opError('clamp', 'min <= max', `${min} and ${max}`);
  return minimum(maximum(x, min), max);
}
