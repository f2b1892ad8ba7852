/** Gradient clipping. Pascanu et al. 2013. */

import type { Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { add, div, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { clamp, minimum } from '../ops/comparison.js';
import { sqrt, square } from '../ops/elementwise.js';

/**
 * 'norm' scales all gradients alike so that their common Euclidean norm is at most `max`, which
 * holds every gradient until the last is known; 'value' limits each element to [-max, max].
 */
export interface Clip {
  readonly by: 'norm' | 'value';
  readonly max: number;
}

/** Euclidean norm of all elements of all tensors together. */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  return sqrt(tensors.map((t) => sum(square(t))).reduce((a, b) => add(a, b)));
}

/** The gradients clipped. By norm: g · min(1, max / (norm + 1e-6)), as PyTorch does. */
export function clipGradients(grads: readonly Tensor[], { by, max }: Clip): Tensor[] {
  if (!(max > 0)) throw new GraphError(`clip: expected max above 0, got ${max}.`);
  if (by === 'value') return grads.map((g) => clamp(g, -max, max));
  const scale = minimum(div(max, add(globalNorm(grads), 1e-6)), 1);
  return grads.map((g) => mul(g, scale));
}
