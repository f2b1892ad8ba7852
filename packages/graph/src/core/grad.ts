/** Reverse-mode differentiation of a trace: the gradient is a trace itself. */

import { add } from '../ops/arithmetic.js';
import { expand } from '../ops/broadcast.js';
import { isFloating } from './element-type.js';
import { opError, sameShape, showShape } from './shape.js';
import { composite, constant, type Node, scalar, type Tensor } from './tensor.js';

/** A tensor of one value everywhere. */
function filled(like: Tensor, value: number): Tensor {
  return expand(scalar(value, like.dtype), like.shape);
}

/**
 * Gradients of a scalar with respect to each of `wrt`, of their shapes. Zeros where the loss does
 * not depend on one.
 *
 * @throws GraphError where the loss has more than one element or `wrt` holds whole numbers
 */
export function grad(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.some((d) => d !== 1)) {
    throw opError('grad', 'a loss of one element', showShape(loss.shape), 'take its mean or sum');
  }
  return backward([loss], [filled(loss, 1)], wrt);
}

/** The loss beside its gradients. */
export function valueAndGrad(
  loss: Tensor,
  wrt: readonly Tensor[],
): { value: Tensor; grads: Tensor[] } {
  return { value: loss, grads: grad(loss, wrt) };
}

/**
 * Vector-Jacobian product of a whole trace: gradients for `wrt` from gradients `seeds` for
 * `outputs`.
 */
export function backward(
  outputs: readonly Tensor[],
  seeds: readonly Tensor[],
  wrt: readonly Tensor[],
): Tensor[] {
  for (const t of wrt) {
    if (!isFloating(t.dtype)) throw opError('grad', 'floating tensors in wrt', t.dtype);
  }
  const grads = new Map<Tensor, Tensor>();
  outputs.forEach((t, i) => {
    accumulate(grads, t, seeds[i]);
  });
  const wanted = new Set(wrt);
  for (const node of reachingNodes(outputs, wanted)) {
    const received = node.outputs.map((t) => grads.get(t));
    if (!node.vjp || received.every((g) => g === undefined)) continue;
    const given = received.map((g, i) => g ?? filled(node.outputs[i], 0));
    const back = node.vjp(given, node);
    node.inputs.forEach((t, i) => {
      const g = back[i];
      if (g) accumulate(grads, t, g);
    });
    // What nobody asked for is complete now and can be let go.
    for (const t of node.outputs) if (!wanted.has(t)) grads.delete(t);
  }
  return wrt.map((t) => grads.get(t) ?? filled(t, 0));
}

function accumulate(grads: Map<Tensor, Tensor>, t: Tensor, g: Tensor): void {
  if (!isFloating(t.dtype)) return;
  if (!sameShape(g.shape, t.shape)) {
    throw opError('grad', `a gradient of shape ${showShape(t.shape)}`, showShape(g.shape));
  }
  const before = grads.get(t);
  grads.set(t, before ? add(before, g) : g);
}

/** Nodes on a way from `wanted` to `outputs`, latest first. */
function reachingNodes(outputs: readonly Tensor[], wanted: ReadonlySet<Tensor>): Node[] {
  const nodes = reachable(outputs.map((t) => t.node)).sort((a, b) => a.id - b.id);
  const reaches = new Set<Tensor>(wanted);
  const kept: Node[] = [];
  for (const node of nodes) {
    if (!node.inputs.some((t) => reaches.has(t))) continue;
    for (const t of node.outputs) reaches.add(t);
    kept.push(node);
  }
  return kept.reverse();
}

/** Every node that these need, themselves included, in no particular order. */
export function reachable(from: readonly Node[], stopBefore = 0): Node[] {
  const seen = new Set<Node>();
  const stack = [...from];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node) || node.id < stopBefore) continue;
    seen.add(node);
    for (const t of node.inputs) stack.push(t.node);
  }
  return [...seen];
}

/** The same values; gradients end here. */
export function stopGradient(x: Tensor): Tensor {
  return composite('stopGradient', [x], {
    outputs: [x],
    lower: (inputs) => inputs,
    vjp: () => [undefined],
  })[0];
}

/** Zeros or ones and the like, of any shape, stored as one number. */
export function full(shape: readonly number[], value: number): Tensor {
  return expand(constant([value], []), shape);
}
