/** What the body of a loop is traced with. */

import { makeNode, type Tensor, type TensorSpec } from '../core/tensor.js';

/** A tensor whose value each round of the loop brings. */
export function bodyInput({ shape, dtype }: TensorSpec): Tensor {
  return makeNode({ kind: 'input', name: 'body' }, [], { outputs: [{ shape, dtype }] }).outputs[0];
}
