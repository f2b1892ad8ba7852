/**
 * Gradients of fused operators by way of the same values written with differentiable ones: what
 * the written form needs is computed again in the backward pass.
 */

import { isFloating } from './element-type.js';
import { backward } from './grad.js';
import { composite, type Tensor, type Vjp } from './tensor.js';

/** A vjp that differentiates `written`, which must give the operator's outputs from its inputs. */
export function vjpOf(written: (inputs: readonly Tensor[]) => readonly Tensor[]): Vjp {
  return (grads, node) => {
    // Copies by name: one input may be computed from another, and is differentiated elsewhere.
    const ports = node.inputs.map(alias);
    const floating = ports.filter((t) => isFloating(t.dtype));
    const back = backward(written(ports), grads, floating);
    return ports.map((t) => (isFloating(t.dtype) ? back[floating.indexOf(t)] : undefined));
  };
}

/** The same tensor under another identity; costs nothing. */
function alias(x: Tensor): Tensor {
  return composite('alias', [x], { outputs: [x], lower: (from) => from, vjp: ([g]) => [g] })[0];
}
