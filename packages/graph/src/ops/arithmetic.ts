/** Addition, multiplication and their kin, broadcasting as numpy does. */

import { broadcastShapes, opError } from '../core/shape.js';
import { onnx, scalar, type Tensor, type Vjp } from '../core/tensor.js';
import { sumTo } from './broadcast.js';

/** A tensor, or a number that takes the other operand's type. */
export type Operand = Tensor | number;

/** Both operands as tensors of one type. */
export function operands(op: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === 'number') {
    if (typeof b === 'number') throw opError(op, 'at least one tensor', 'two numbers');
    return [scalar(a, b.dtype), b];
  }
  const right = typeof b === 'number' ? scalar(b, a.dtype) : b;
  if (a.dtype !== right.dtype) {
    throw opError(op, 'operands of one type', `${a.dtype} and ${right.dtype}`, 'cast one');
  }
  return [a, right];
}

function binary(op: string, opType: string, [a, b]: [Tensor, Tensor], vjp: Vjp): Tensor {
  const shape = broadcastShapes(op, a.shape, b.shape);
  return onnx(opType, [a, b], {
    outputs: [{ shape, dtype: a.dtype }],
    vjp: (grads, node) =>
      vjp(grads, node).map((g, i) => (g ? sumTo(g, node.inputs[i].shape) : undefined)),
  })[0];
}

/** a + b */
export function add(a: Operand, b: Operand): Tensor {
  return binary('add', 'Add', operands('add', a, b), ([g]) => [g, g]);
}

/** a - b */
export function sub(a: Operand, b: Operand): Tensor {
  return binary('sub', 'Sub', operands('sub', a, b), ([g]) => [g, neg(g)]);
}

/** a · b, element by element */
export function mul(a: Operand, b: Operand): Tensor {
  return binary('mul', 'Mul', operands('mul', a, b), ([g], { inputs: [x, y] }) => [
    mul(g, y),
    mul(g, x),
  ]);
}

/** a / b */
export function div(a: Operand, b: Operand): Tensor {
  return binary('div', 'Div', operands('div', a, b), ([g], { inputs: [, y], outputs: [q] }) => {
    const scaled = div(g, y);
    return [scaled, neg(mul(scaled, q))];
  });
}

/** -x */
export function neg(x: Tensor): Tensor {
  return onnx('Neg', [x], { outputs: [x], vjp: ([g]) => [neg(g)] })[0];
}
