/**
 * CMT's loss: differences of pixels, of frequencies (large structures) and of wavelet coefficients
 * (edges). Both transforms are orthonormal, so that the three are of one size for noise; the
 * weights are our reading of the paper.
 */

import {
  abs,
  add,
  fft2,
  greater,
  haar2,
  mean,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
  where,
} from '@bandweave/graph';

export interface HybridLossOptions {
  readonly fourier?: number;
  readonly wavelet?: number;
  /** Levels of the wavelet. */
  readonly levels?: number;
}

/** The loss and its three parts, one number each. */
export interface HybridLoss {
  readonly loss: Tensor;
  readonly pixels: Tensor;
  readonly fourier: Tensor;
  readonly wavelet: Tensor;
}

/** L1 + fourier · LF + wavelet · LW of [b, c, h, w]; sides even at every level. */
export function hybridLoss(
  prediction: Tensor,
  target: Tensor,
  { fourier: lf = 0.1, wavelet: lw = 0.1, levels = 1 }: HybridLossOptions = {},
): HybridLoss {
  const difference = sub(prediction, target);
  const pixels = mean(abs(difference));
  const fourier = fourierDistance(difference);
  const wavelet = waveletDistance(difference, levels);
  return { loss: add(pixels, add(mul(fourier, lf), mul(wavelet, lw))), pixels, fourier, wavelet };
}

/** Mean modulus of the orthonormal transform, all frequencies. */
export function fourierDistance(difference: Tensor): Tensor {
  const { real, imaginary } = fft2({ real: difference }, { norm: 'ortho' });
  const power = add(square(real), square(imaginary));
  // The gradient of the modulus is 0 where it is 0.
  const some = greater(power, 0);
  return mean(where(some, sqrt(where(some, power, 1)), 0));
}

/** Mean over all sub-bands of their mean absolute values. */
export function waveletDistance(difference: Tensor, levels: number): Tensor {
  let low = difference;
  let total: Tensor | undefined;
  for (let level = 0; level < levels; level++) {
    const bands = haar2(low);
    const [b, c, , h, w] = bands.shape;
    const details = mul(mean(abs(slice(bands, [{ axis: 2, start: 1 }]))), 3);
    total = total ? add(total, details) : details;
    low = reshape(slice(bands, [{ axis: 2, stop: 1 }]), [b, c, h, w]);
  }
  const rest = mean(abs(low));
  return total ? mul(add(total, rest), 1 / (3 * levels + 1)) : rest;
}
