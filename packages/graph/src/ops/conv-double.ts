/**
 * Convolutions in float64, which ONNX Runtime's own do not know: one matrix product a tap. For
 * measurements of networks, where float32 would show its rounding.
 */

import type { Tensor } from '../core/tensor.js';
import { add } from './arithmetic.js';
import { reshape } from './broadcast.js';
import type { ConvPlan } from './conv-weight-grad.js';
import { padZeros, slice } from './layout.js';
import { matmul } from './matmul.js';

/** The 2-D convolution of stride 1 and one group as a sum of products; undefined for others. */
export function doubleConv(
  x: Tensor,
  weight: Tensor,
  { bias, plan, shape }: { bias?: Tensor | undefined; plan: ConvPlan; shape: readonly number[] },
): Tensor | undefined {
  const plain = plan.groups === 1 && plan.stride.every((s) => s === 1);
  if (x.dtype !== 'float64' || weight.shape.length !== 4 || !plain) return undefined;
  const [out, inputs, rows, cols] = weight.shape;
  const [batch, , height, width] = shape;
  const padded = padZeros(x, [0, 0, ...plan.begins], [0, 0, ...plan.ends]);
  let sum: Tensor | undefined;
  for (let u = 0; u < rows; u++) {
    for (let v = 0; v < cols; v++) {
      const top = u * plan.dilation[0];
      const left = v * plan.dilation[1];
      const part = slice(padded, [
        { axis: 2, start: top, stop: top + height },
        { axis: 3, start: left, stop: left + width },
      ]);
      const tap = slice(weight, [
        { axis: 2, start: u, stop: u + 1 },
        { axis: 3, start: v, stop: v + 1 },
      ]);
      const pixels = reshape(part, [batch, inputs, height * width]);
      const product = matmul(reshape(tap, [out, inputs]), pixels);
      sum = sum ? add(sum, product) : product;
    }
  }
  const image = reshape(sum as Tensor, [batch, out, height, width]);
  return bias ? add(image, reshape(bias, [1, out, 1, 1])) : image;
}
