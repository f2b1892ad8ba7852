/** Functions of one number, applied to every element. */

import { isFloating } from '../core/element-type.js';
import { opError } from '../core/shape.js';
import { onnx, scalar, type Tensor } from '../core/tensor.js';
import { div, mul, neg, sub } from './arithmetic.js';

/** A one-input ONNX operator whose derivative is written from its input and output. */
export function unary(
  name: string,
  opType: string,
  derivative: (g: Tensor, x: Tensor, y: Tensor) => Tensor | undefined,
): (x: Tensor) => Tensor {
  return (x) => {
    if (!isFloating(x.dtype)) throw opError(name, 'a floating tensor', x.dtype, 'cast it');
    return onnx(opType, [x], {
      outputs: [x],
      vjp: ([g], { inputs, outputs }) => [derivative(g, inputs[0], outputs[0])],
    })[0];
  };
}

export const exp = unary('exp', 'Exp', (g, _x, y) => mul(g, y));
/** Natural logarithm. */
export const log = unary('log', 'Log', (g, x) => div(g, x));
export const sqrt = unary('sqrt', 'Sqrt', (g, _x, y) => div(mul(g, 0.5), y));
export const sin: (x: Tensor) => Tensor = unary('sin', 'Sin', (g, x) => mul(g, cos(x)));
export const cos: (x: Tensor) => Tensor = unary('cos', 'Cos', (g, x) => neg(mul(g, sin(x))));
export const atan = unary('atan', 'Atan', (g, x) => div(g, addOne(square(x))));
export const erf = unary('erf', 'Erf', (g, x) =>
  mul(mul(g, 2 / Math.sqrt(Math.PI)), exp(neg(square(x)))),
);
/** |x|; derivative 0 at 0. */
export const abs = unary('abs', 'Abs', (g, x) => mul(g, sign(x)));
/** -1, 0 or 1; no gradient. */
export const sign = unary('sign', 'Sign', () => undefined);
export const floor = unary('floor', 'Floor', () => undefined);
export const ceil = unary('ceil', 'Ceil', () => undefined);
/** To the nearest whole number, halves to even; no gradient. */
export const round = unary('round', 'Round', () => undefined);
export const tanh = unary('tanh', 'Tanh', (g, _x, y) => mul(g, sub(1, square(y))));
export const sigmoid = unary('sigmoid', 'Sigmoid', (g, _x, y) => mul(g, mul(y, sub(1, y))));

/** x² */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

const addOne = (x: Tensor) => sub(x, -1);

/** x to a fixed power. */
export function power(x: Tensor, exponent: number): Tensor {
  if (exponent === 1) return x;
  if (exponent === 2) return square(x);
  const e = onnx('Pow', [x, scalar(exponent, x.dtype)], {
    outputs: [x],
    vjp: ([g], { inputs }) => [mul(g, mul(power(inputs[0], exponent - 1), exponent)), undefined],
  });
  return e[0];
}
