/** Layer normalisation over the last axis. Ba et al. 2016. */

import { opError, showShape } from '../core/shape.js';
import { composite, onnx, type Tensor } from '../core/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import { sumTo } from './broadcast.js';
import { sqrt, square } from './elementwise.js';
import { mean } from './reduce.js';

/**
 * (x - mean) / sqrt(var + eps) · weight + bias over the last axis, with the biased variance.
 *
 * @param weight [channels]
 */
export function layerNorm(
  x: Tensor,
  weight: Tensor,
  { bias, eps = 1e-5 }: { readonly bias?: Tensor | undefined; readonly eps?: number } = {},
): Tensor {
  const channels = x.shape[x.shape.length - 1];
  for (const t of bias ? [weight, bias] : [weight]) {
    if (t.shape.length !== 1 || t.shape[0] !== channels) {
      throw opError('layerNorm', `weight and bias of [${channels}]`, showShape(t.shape));
    }
  }
  const row = { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype };
  const axis = x.shape.length - 1;
  const inputs = bias ? [x, weight, bias] : [x, weight];
  const fused = (from: readonly Tensor[]) =>
    onnx('LayerNormalization', from, {
      attributes: { axis, epsilon: { float: eps } },
      outputs: [x, row, row],
    });
  // The operator keeps mean and deviation in float32 only.
  const written = ([t, w, b]: readonly Tensor[]) => {
    const mu = mean(t, { axes: axis, keepDims: true });
    const centred = sub(t, mu);
    const inverse = div(1, sqrt(add(mean(square(centred), { axes: axis, keepDims: true }), eps)));
    const y = mul(mul(centred, inverse), w);
    return [b ? add(y, b) : y, mu, inverse];
  };
  return composite('layerNorm', inputs, {
    outputs: [x, row, row],
    lower: (from) => (x.dtype === 'float32' ? fused(from) : written(from)),
    vjp: ([g], { inputs: [t, w, b], outputs: [, mu, inverse] }) => {
      const hat = mul(sub(t, mu), inverse);
      const gw = mul(g, w);
      const over = { axes: axis, keepDims: true };
      const centred = sub(sub(gw, mean(gw, over)), mul(hat, mean(mul(gw, hat), over)));
      const back = [mul(centred, inverse), sumTo(mul(g, hat), w.shape)];
      return b ? [...back, sumTo(g, b.shape)] : back;
    },
  })[0];
}

/** x / sqrt(mean(x²) + eps) · weight over the last axis. Zhang & Sennrich 2019. */
export function rmsNorm(
  x: Tensor,
  weight: Tensor,
  { eps = 1e-6 }: { readonly eps?: number } = {},
): Tensor {
  return mul(div(x, sqrt(add(mean(square(x), { axes: -1, keepDims: true }), eps))), weight);
}
