/** Which parameters a trace reads. */

import type { Tensor } from '@bandweave/graph';

/** Names and shapes of all parameters that the outputs need. */
export function parametersIn(
  outputs: Readonly<Record<string, Tensor>>,
): Map<string, readonly number[]> {
  const seen = new Set<Tensor['node']>();
  const open = Object.values(outputs).map((t) => t.node);
  const found = new Map<string, readonly number[]>();
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.source.kind === 'parameter') found.set(node.source.name, node.outputs[0].shape);
    for (const t of node.inputs) open.push(t.node);
  }
  return found;
}
