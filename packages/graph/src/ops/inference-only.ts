/** Two ways to the same values: one that trains, one for inference alone. */

import { composite, type Tensor } from '../core/tensor.js';

/**
 * `values`, which have gradients, or in a model without gradients what `otherwise` makes of `inputs`:
 * the same values by operators that have none or would hold too much for them.
 */
export function inferenceOnly(
  values: readonly Tensor[],
  inputs: readonly Tensor[],
  otherwise: (inputs: readonly Tensor[]) => readonly Tensor[],
): readonly Tensor[] {
  const count = values.length;
  return composite('inferenceOnly', [...values, ...inputs], {
    outputs: values,
    lower: (given, { weights, provider }) =>
      weights === 'initializers' && provider !== 'webgpu'
        ? otherwise(given.slice(count))
        : given.slice(0, count),
    vjp: (grads) => [...grads, ...inputs.map(() => undefined)],
  });
}
