/**
 * Normalisation of each image by itself: group norm (Wu & He 2018), instance norm (Ulyanov et al.
 * 2016), and layer norm over the channels of [batch, channels, height, width].
 */

import { opError, showShape, sizeOf } from '../core/shape.js';
import { composite, constant, onnx, type Tensor } from '../core/tensor.js';
import { vjpOf } from '../core/written.js';
import { add, div, mul, sub } from './arithmetic.js';
import { checkChannels, perChannel } from './batch-norm.js';
import { reshape } from './broadcast.js';
import { sqrt, square } from './elementwise.js';
import { matmul } from './matmul.js';
import { mean } from './reduce.js';

export interface InstanceNormOptions {
  /** [channels]; ones by default. */
  readonly weight?: Tensor | undefined;
  /** [channels]; zeros by default. */
  readonly bias?: Tensor | undefined;
  readonly eps?: number;
}

export interface GroupNormOptions extends InstanceNormOptions {
  readonly groups: number;
}

const filled = (x: Tensor, value: number) =>
  constant(new Array<number>(x.shape[1]).fill(value), [x.shape[1]], x.dtype);

/** 1 / sqrt(var + eps) of the last axis, with the biased variance. */
function inverseDeviation(x: Tensor, eps: number): Tensor {
  const over = { axes: -1, keepDims: true };
  return div(1, sqrt(add(mean(square(sub(x, mean(x, over))), over), eps)));
}

/** Every row of [batch, rows, length] with mean 0 and variance 1. */
function standardize(x: Tensor, eps: number): Tensor {
  const over = { axes: -1, keepDims: true };
  return composite('standardize', [x], {
    outputs: [x],
    lower: ([t]) =>
      t.dtype === 'float32'
        ? onnx('InstanceNormalization', [t, filled(t, 1), filled(t, 0)], {
            attributes: { epsilon: { float: eps } },
            outputs: [t],
          })
        : [mul(sub(t, mean(t, over)), inverseDeviation(t, eps))],
    vjp: ([g], { inputs: [t], outputs: [y] }) => {
      const centred = sub(sub(g, mean(g, over)), mul(y, mean(mul(g, y), over)));
      return [mul(centred, inverseDeviation(t, eps))];
    },
  })[0];
}

function affine(x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined): Tensor {
  const shape = perChannel(x.shape);
  const scaled = weight ? mul(x, reshape(weight, shape)) : x;
  return bias ? add(scaled, reshape(bias, shape)) : scaled;
}

/**
 * (x - mean) / sqrt(var + eps) · weight + bias, with the biased statistics of each group of
 * neighbouring channels of each image.
 *
 * @param x [batch, channels, ...]
 */
export function groupNorm(
  x: Tensor,
  { groups, weight, bias, eps = 1e-5 }: GroupNormOptions,
): Tensor {
  checkChannels('groupNorm', x, [weight, bias]);
  const [batch, channels] = x.shape;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw opError('groupNorm', `groups that divide ${channels} channels`, String(groups));
  }
  const rows = reshape(x, [batch, groups, -1]);
  return affine(reshape(standardize(rows, eps), x.shape), weight, bias);
}

/**
 * (x - mean) / sqrt(var + eps) · weight + bias, with the biased statistics of each channel of each
 * image.
 *
 * @param x [batch, channels, ...]
 */
export function instanceNorm(
  x: Tensor,
  { weight, bias, eps = 1e-5 }: InstanceNormOptions = {},
): Tensor {
  checkChannels('instanceNorm', x, [weight, bias]);
  if (x.shape.length < 3) {
    throw opError('instanceNorm', 'x [batch,channels,...] with positions', showShape(x.shape));
  }
  const written = ([t, w, b]: readonly Tensor[]) => [
    affine(reshape(standardize(reshape(t, [...t.shape.slice(0, 2), -1]), eps), t.shape), w, b),
  ];
  return composite('instanceNorm', [x, weight ?? filled(x, 1), bias ?? filled(x, 0)], {
    outputs: [x],
    lower: (from) =>
      x.dtype === 'float32'
        ? onnx('InstanceNormalization', from, {
            attributes: { epsilon: { float: eps } },
            outputs: [x],
          })
        : written(from),
    vjp: vjpOf(written),
  })[0];
}

/**
 * Layer norm over the channels at each position: (x - mean) / sqrt(var + eps) · weight + bias.
 * Means as products with 1/channels: faster than two transposes around LayerNormalization.
 *
 * @param x [batch, channels, ...]
 * @param weight [channels]
 */
export function channelNorm(
  x: Tensor,
  weight: Tensor,
  { bias, eps = 1e-6 }: { readonly bias?: Tensor | undefined; readonly eps?: number } = {},
): Tensor {
  checkChannels('channelNorm', x, [weight, bias]);
  const [batch, channels, ...positions] = x.shape;
  const rows = reshape(x, [batch, channels, sizeOf(positions)]);
  const share = constant(new Array<number>(channels).fill(1 / channels), [1, channels], x.dtype);
  const centred = sub(rows, matmul(share, rows));
  const deviation = sqrt(add(matmul(share, square(centred)), eps));
  return affine(reshape(div(centred, deviation), x.shape), weight, bias);
}
