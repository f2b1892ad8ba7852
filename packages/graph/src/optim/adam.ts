/** Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), as PyTorch computes them. */

import type { Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/elementwise.js';
import type { Optimizer } from './optimizer.js';

export interface AdamOptions {
  /** Decay of the running mean of gradients. */
  readonly beta1?: number;
  /** Decay of the running mean of their squares. */
  readonly beta2?: number;
  readonly eps?: number;
  readonly weightDecay?: number;
}

/** step = lr / (1 - beta1^t) and 1 / sqrt(1 - beta2^t), in double precision. */
function corrections(lr: number, step: number, { beta1, beta2 }: Betas): [number, number] {
  return [lr / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step)];
}

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

function checked(name: string, { beta1, beta2 }: Betas): void {
  for (const beta of [beta1, beta2]) {
    if (!(beta >= 0 && beta < 1)) {
      throw new GraphError(`${name}: expected beta1 and beta2 in [0, 1), got ${beta}.`);
    }
  }
}

interface Moments extends Betas {
  readonly value: Tensor;
  readonly grad: Tensor;
  readonly state: readonly Tensor[];
  readonly rates: readonly Tensor[];
  readonly eps: number;
}

function adamUpdate({ value, grad, state, rates, beta1, beta2, eps }: Moments) {
  const [m, v] = state;
  const [step, correction] = rates;
  const mean = add(mul(m, beta1), mul(grad, 1 - beta1));
  const power = add(mul(v, beta2), mul(square(grad), 1 - beta2));
  const spread = add(mul(sqrt(power), correction), eps);
  return { value: sub(value, mul(step, div(mean, spread))), state: [mean, power] };
}

/**
 * m ← β1 m + (1-β1) g;  v ← β2 v + (1-β2) g²;
 * p ← p - lr / (1-β1^t) · m / (sqrt(v / (1-β2^t)) + eps). Weight decay is added to the gradient.
 */
export function adam({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0,
}: AdamOptions = {}): Optimizer {
  checked('adam', { beta1, beta2 });
  return {
    name: 'adam',
    state: ['mean', 'square'],
    rates: ['step', 'correction'],
    weightDecay,
    ratesAt: ({ lr, step }) => corrections(lr, step, { beta1, beta2 }),
    update: ({ value, grad, state, rates, weightDecay: decay }) => {
      const g = decay === 0 ? grad : add(grad, mul(value, decay));
      return adamUpdate({ value, grad: g, state, rates, beta1, beta2, eps });
    },
  };
}

/** Adam with the decay apart from the gradient: p ← (1 - lr · weightDecay) p, then Adam. */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0.01,
}: AdamOptions = {}): Optimizer {
  checked('adamW', { beta1, beta2 });
  return {
    name: 'adamW',
    state: ['mean', 'square'],
    rates: ['step', 'correction', 'shrink'],
    weightDecay,
    ratesAt: ({ lr, step, weightDecay: decay }) => [
      ...corrections(lr, step, { beta1, beta2 }),
      1 - lr * decay,
    ],
    update: ({ value, grad, state, rates, weightDecay: decay }) => {
      const shrunk = decay === 0 ? value : mul(value, rates[2]);
      return adamUpdate({ value: shrunk, grad, state, rates, beta1, beta2, eps });
    },
  };
}
