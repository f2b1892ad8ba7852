/** The complex Gabor wavelet as an activation. Saragadam et al. 2023, WIRE. */

import type { Tensor } from '../core/tensor.js';
import { mul, neg, type Operand } from './arithmetic.js';
import { cos, exp, sin, square } from './elementwise.js';
import type { Complex } from './fourier.js';

export interface GaborOptions {
  /** Frequency ω; a tensor when it is learnt. */
  readonly omega: Operand;
  /** Inverse width σ; a tensor when it is learnt. */
  readonly sigma: Operand;
}

/**
 * ψ(u) = exp(jωu - (σu)²) = exp(-(σu)²) · (cos ωu + j sin ωu). A network that reads one part only
 * pays for that one.
 */
export function gabor(u: Tensor, { omega, sigma }: GaborOptions): Complex {
  const envelope = exp(neg(square(mul(u, sigma))));
  const phase = mul(u, omega);
  return { real: mul(envelope, cos(phase)), imaginary: mul(envelope, sin(phase)) };
}
