/** Stochastic gradient descent with momentum, as PyTorch's SGD computes it. Sutskever et al. 2013. */

import { GraphError } from '../errors.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import type { Optimizer } from './optimizer.js';

export interface SgdOptions {
  /** 0 keeps no state. */
  readonly momentum?: number;
  /** 'nesterov' looks ahead; it needs momentum. */
  readonly form?: 'plain' | 'nesterov';
  /** L2 penalty: weightDecay · p is added to the gradient. */
  readonly weightDecay?: number;
}

/** b ← momentum · b + g;  p ← p - lr · b, or p - lr · (g + momentum · b) in Nesterov's form. */
export function sgd({ momentum = 0, form = 'plain', weightDecay = 0 }: SgdOptions = {}): Optimizer {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new GraphError(`sgd: expected momentum in [0, 1), got ${momentum}.`);
  }
  if (form === 'nesterov' && momentum === 0) {
    throw new GraphError('sgd: expected momentum above 0 for nesterov, got 0; give momentum.');
  }
  return {
    name: 'sgd',
    state: momentum > 0 ? ['momentum'] : [],
    rates: ['lr'],
    weightDecay,
    ratesAt: ({ lr }) => [lr],
    update: ({ value, grad, state: [buffer], rates: [lr], weightDecay: decay }) => {
      const g = decay === 0 ? grad : add(grad, mul(value, decay));
      if (!buffer) return { value: sub(value, mul(lr, g)), state: [] };
      const b = add(mul(buffer, momentum), g);
      const direction = form === 'nesterov' ? add(g, mul(b, momentum)) : b;
      return { value: sub(value, mul(lr, direction)), state: [b] };
    },
  };
}
