/** Batch normalisation over all axes but the second. Ioffe & Szegedy 2015. */

import { stopGradient } from '../core/grad.js';
import { opError, type Shape, showShape, sizeOf } from '../core/shape.js';
import { composite, constant, onnx, type Tensor } from '../core/tensor.js';
import { vjpOf } from '../core/written.js';
import { add, div, mul, sub } from './arithmetic.js';
import { reshape, sum } from './broadcast.js';
import { sqrt } from './elementwise.js';
import { slice } from './layout.js';

interface Affine {
  /** [channels]; ones by default. */
  readonly weight?: Tensor | undefined;
  /** [channels]; zeros by default. */
  readonly bias?: Tensor | undefined;
  readonly eps?: number;
}

export interface BatchNormOptions extends Affine {
  /** [channels], what training has gathered. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface BatchNormTrainingOptions extends Affine {
  /** [channels], what earlier steps have gathered. */
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  /** Share of this batch in the running statistics, as PyTorch counts it. */
  readonly momentum?: number;
}

/**
 * (x - mean) / sqrt(variance + eps) · weight + bias with given statistics, one per channel.
 *
 * @param x [batch, channels, ...]
 */
export function batchNorm(
  x: Tensor,
  { weight, bias, mean, variance, eps = 1e-5 }: BatchNormOptions,
): Tensor {
  const inputs = [x, ...affineOf(x, { weight, bias }), mean, variance];
  checkChannels('batchNorm', x, inputs.slice(1));
  return composite('batchNorm', inputs, {
    outputs: [x],
    lower: (from) =>
      onnx('BatchNormalization', from, { attributes: { epsilon: { float: eps } }, outputs: [x] }),
    vjp: vjpOf(([t, w, b, mu, v]) => {
      const shape = perChannel(t.shape);
      const slope = div(w, sqrt(add(v, eps)));
      return [add(mul(sub(t, reshape(mu, shape)), reshape(slope, shape)), reshape(b, shape))];
    }),
  })[0];
}

/**
 * The same with the batch's own mean and biased variance, beside the running statistics after it:
 * (1 - momentum) · running + momentum · batch, the variance there with n - 1. Those carry no
 * gradient; feed them to the next step.
 *
 * @param x [batch, channels, ...] with more than one element per channel
 */
export function batchNormTraining(
  x: Tensor,
  {
    weight,
    bias,
    runningMean,
    runningVariance,
    momentum = 0.1,
    eps = 1e-5,
  }: BatchNormTrainingOptions,
): { readonly y: Tensor; readonly runningMean: Tensor; readonly runningVariance: Tensor } {
  const [w, b] = affineOf(x, { weight, bias });
  checkChannels('batchNormTraining', x, [w, b, runningMean, runningVariance]);
  const n = sizeOf(x.shape) / x.shape[1];
  if (n < 2) {
    throw opError('batchNormTraining', 'more than one element per channel', showShape(x.shape));
  }
  const statistic = { shape: [x.shape[1]], dtype: x.dtype };
  const [y, mean, variance] = composite('batchNormTraining', [x, w, b], {
    outputs: [x, statistic, statistic],
    lower: ([t, scale, shift]) => {
      // With ONNX's momentum 0 the running statistics are the batch's. ONNX Runtime writes them
      // over the old ones, so these must be buffers of their own, neither constants nor feeds.
      const first = slice(
        t,
        t.shape.flatMap((_, axis) => (axis === 1 ? [] : [{ axis, stop: 1 }])),
      );
      const before = reshape(mul(first, 0), statistic.shape);
      return onnx('BatchNormalization', [t, scale, shift, before, add(before, 1)], {
        attributes: { epsilon: { float: eps }, momentum: { float: 0 }, training_mode: 1 },
        outputs: [x, statistic, statistic],
      });
    },
    vjp: ([g], { inputs: [t, scale], outputs: [, mu, v] }) => {
      const shape = perChannel(t.shape);
      const over = { axes: t.shape.map((_, i) => i).filter((i) => i !== 1) };
      const inverse = div(1, sqrt(add(v, eps)));
      const hat = mul(sub(t, reshape(mu, shape)), reshape(inverse, shape));
      const dBias = sum(g, over);
      const dWeight = sum(mul(g, hat), over);
      const along = add(
        mul(hat, reshape(mul(dWeight, 1 / n), shape)),
        reshape(mul(dBias, 1 / n), shape),
      );
      return [mul(sub(g, along), reshape(mul(scale, inverse), shape)), dWeight, dBias];
    },
  });
  const blend = (running: Tensor, now: Tensor) =>
    add(mul(running, 1 - momentum), mul(stopGradient(now), momentum));
  return {
    y,
    runningMean: blend(runningMean, mean),
    runningVariance: blend(runningVariance, mul(variance, n / (n - 1))),
  };
}

/** [channels, 1, ...]: broadcasts along the second axis. */
export function perChannel(shape: Shape): number[] {
  return [shape[1], ...shape.slice(2).map(() => 1)];
}

function zeros(x: Tensor): Tensor {
  return constant(new Array<number>(x.shape[1]).fill(0), [x.shape[1]], x.dtype);
}

function affineOf(x: Tensor, { weight, bias }: Affine): [Tensor, Tensor] {
  const channels = x.shape[1] ?? 0;
  const ones = () => constant(new Array<number>(channels).fill(1), [channels], x.dtype);
  return [weight ?? ones(), bias ?? zeros(x)];
}

/** Refuses what has not one number per channel. */
export function checkChannels(
  op: string,
  x: Tensor,
  numbers: readonly (Tensor | undefined)[],
): void {
  if (x.shape.length < 2) throw opError(op, 'x [batch,channels,...]', showShape(x.shape));
  for (const t of numbers) {
    if (t && (t.shape.length !== 1 || t.shape[0] !== x.shape[1])) {
      throw opError(op, `[${x.shape[1]}] for each channel`, showShape(t.shape));
    }
  }
}
