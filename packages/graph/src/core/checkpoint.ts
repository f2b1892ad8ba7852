/**
 * Recomputation instead of storage: the backward pass runs a block again from its inputs, so
 * that nothing inside it is kept between the passes.
 * Idea: Chen et al. 2016, Training deep nets with sublinear memory cost.
 */

import { isFloating } from './element-type.js';
import { backward, reachable } from './grad.js';
import {
  composite,
  constant,
  int64s,
  makeNode,
  type Node,
  onnx,
  type Tensor,
  traceMark,
} from './tensor.js';

/**
 * What `block` computes from `inputs`; its inner values are computed again for the gradient.
 * The block may read parameters and other tensors from outside, too.
 */
export function checkpoint(
  block: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
): readonly Tensor[] {
  const mark = traceMark();
  const result = block(...inputs);
  const inner: readonly Tensor[] = 'node' in result ? [result] : result;
  const region = reachable(
    inner.map((t) => t.node),
    mark,
  )
    .filter((node) => node.inputs.length > 0)
    .sort((a, b) => a.id - b.id);
  const inside = new Set(region);
  const outside = new Set(inputs);
  for (const node of region) {
    for (const t of node.inputs) if (!inside.has(t.node)) outside.add(t);
  }
  const ports = [...outside];
  const rerun = (from: readonly Tensor[]) =>
    replay(region, new Map(ports.map((t, i) => [t, from[i]])));
  return composite('checkpoint', ports, {
    outputs: inner,
    lower: (from) => (from.every((t, i) => t === ports[i]) ? inner : inner.map(rerun(from))),
    vjp: (grads, node) => {
      const later = node.inputs.map((t) => (isActivation(t) ? after(t, grads[0]) : t));
      const again = inner.map(rerun(later));
      const floating = later.filter((t) => isFloating(t.dtype));
      const back = backward(again, grads, floating);
      return later.map((t) => {
        const i = floating.indexOf(t);
        return i < 0 ? undefined : back[i];
      });
    },
  });
}

const isActivation = (t: Tensor) =>
  t.node.source.kind !== 'parameter' && t.node.source.kind !== 'constant';

/** Copies nodes onto other inputs; gives the tensor that stands for another. */
function replay(region: readonly Node[], ports: ReadonlyMap<Tensor, Tensor>) {
  const copies = new Map<Tensor, Tensor>(ports);
  const copyOf = (t: Tensor) => copies.get(t) ?? t;
  for (const node of region) {
    const copy = makeNode(node.source, node.inputs.map(copyOf), node);
    node.outputs.forEach((t, i) => {
      copies.set(t, copy.outputs[i]);
    });
  }
  return copyOf;
}

/**
 * `x` unchanged, but not before `signal` is known. ONNX Runtime merges equal nodes and runs them
 * as early as it likes; a zero that depends on the signal forbids both. It is added, which the
 * runtime does in place where nothing else needs `x`. A Reshape whose shape depends on the signal
 * would cost nothing, but the runtime merges it with a Reshape that follows, signal and all.
 */
export function after(x: Tensor, signal: Tensor): Tensor {
  const flat = onnx('Reshape', [signal, int64s([-1])], {
    outputs: [{ shape: [signal.shape.reduce((a, b) => a * b, 1)], dtype: signal.dtype }],
  })[0];
  const one = (dtype: Tensor['dtype']) => ({ outputs: [{ shape: [1], dtype }] });
  const [first] = onnx('Gather', [flat, int64s([0])], one(signal.dtype));
  const [odd] = onnx('IsNaN', [first], one('bool'));
  const [bit] = onnx('Cast', [odd], { ...one('int64'), attributes: { to: 7 } });
  const [zero] = onnx('Mul', [bit, constant([0], [1], 'int64')], one('int64'));
  if (isFloating(x.dtype)) {
    const [nothing] = onnx('Cast', [zero], {
      ...one(x.dtype),
      attributes: { to: x.dtype === 'float64' ? 11 : 1 },
    });
    const scalar = onnx('Reshape', [nothing, int64s([])], {
      outputs: [{ shape: [], dtype: x.dtype }],
    })[0];
    return onnx('Add', [x, scalar], { outputs: [x], vjp: ([g]) => [g, undefined] })[0];
  }
  const spec = { shape: [x.shape.length], dtype: 'int64' as const };
  const [shape] = onnx('Add', [int64s(x.shape), zero], { outputs: [spec] });
  return onnx('Reshape', [x, shape], { outputs: [x], vjp: ([g]) => [g, undefined] })[0];
}
