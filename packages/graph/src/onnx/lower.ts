/** Composite operators replaced by what they are written with, for one target. */

import type { Node, Target, Tensor } from '../core/tensor.js';

export class Lowering {
  private readonly lowered = new Map<Node, readonly Tensor[]>();

  constructor(private readonly target: Target) {}

  /** The tensor itself, or what stands for it when its operator is a composite. */
  resolve(tensor: Tensor): Tensor {
    let t = tensor;
    while (t.node.source.kind === 'composite') t = this.lower(t.node)[t.index];
    return t;
  }

  /**
   * Every node that `outputs` need, none of them composite, each after what it reads.
   * Stops at the tensors of `bound`.
   */
  order(outputs: readonly Tensor[], bound: readonly Tensor[]): Node[] {
    const seen = new Set<Node>(bound.map((t) => t.node));
    const open = new Set<Node>();
    const sorted: Node[] = [];
    const stack = outputs.map((t) => this.resolve(t).node).reverse();
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (seen.has(node)) {
        stack.pop();
      } else if (open.has(node)) {
        stack.pop();
        seen.add(node);
        sorted.push(node);
      } else {
        open.add(node);
        for (let i = node.inputs.length - 1; i >= 0; i--) {
          const next = this.resolve(node.inputs[i]).node;
          if (!seen.has(next)) stack.push(next);
        }
      }
    }
    return sorted;
  }

  private lower(node: Node): readonly Tensor[] {
    const known = this.lowered.get(node);
    if (known) return known;
    if (node.source.kind !== 'composite') return node.outputs;
    const made = node.source.lower(node.inputs, this.target);
    this.lowered.set(node, made);
    return made;
  }
}
