/** Structural similarity as a training loss. Wang, Bovik, Sheikh, Simoncelli 2004. */

import {
  add,
  constant,
  conv2d,
  div,
  mean,
  mul,
  reshape,
  square,
  sub,
  type Tensor,
} from '@bandweave/graph';

export interface SsimOptions {
  /** Side of the Gaussian window. */
  readonly window?: number;
  readonly sigma?: number;
  /** (k1 · range)² and (k2 · range)². */
  readonly constants?: readonly [number, number];
}

/**
 * Mean structural similarity of images [b, c, h, w] with values in [0, 1]: 1 for equal ones. Means
 * and variances under a Gaussian, zeros beyond the border, as the usual PyTorch loss has it.
 *
 * SSIM = (2 μx μy + C1)(2 σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2))
 */
export function ssim(
  x: Tensor,
  y: Tensor,
  { window = 11, sigma = 1.5, constants: [c1, c2] = [1e-4, 9e-4] }: SsimOptions = {},
): Tensor {
  const kernel = gaussian(window, sigma);
  const [b, c, h, w] = x.shape;
  const planes = (t: Tensor) => reshape(t, [b * c, 1, h, w]);
  const half = (window - 1) / 2;
  const [down, across] = [constant(kernel, [1, 1, window, 1]), constant(kernel, [1, 1, 1, window])];
  const blur = (t: Tensor) =>
    conv2d(conv2d(t, down, { padding: [half, 0] }), across, { padding: [0, half] });
  const [p, q] = [planes(x), planes(y)];
  const [mp, mq] = [blur(p), blur(q)];
  const [pp, qq, pq] = [square(mp), square(mq), mul(mp, mq)];
  const spread = sub(add(blur(square(p)), blur(square(q))), add(pp, qq));
  const covariance = sub(blur(mul(p, q)), pq);
  const top = mul(add(mul(pq, 2), c1), add(mul(covariance, 2), c2));
  return mean(div(top, mul(add(add(pp, qq), c1), add(spread, c2))));
}

function gaussian(window: number, sigma: number): Float32Array {
  const half = (window - 1) / 2;
  const weights = Array.from({ length: window }, (_, i) =>
    Math.exp(-((i - half) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((a, b) => a + b);
  return Float32Array.from(weights, (value) => value / total);
}
