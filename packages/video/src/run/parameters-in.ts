/** Which parameters a trace reads. */

import type { Tensor } from '@bandweave/graph';

export interface ReadParameter {
  readonly shape: readonly number[];
  /** Its current values. */
  readonly slot: { data: Float32Array };
}

/** All parameters that the outputs need, by name. */
export function parametersIn(
  outputs: Readonly<Record<string, Tensor>>,
): Map<string, ReadParameter> {
  const seen = new Set<Tensor['node']>();
  const open = Object.values(outputs).map((t) => t.node);
  const found = new Map<string, ReadParameter>();
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const { source } = node;
    if (source.kind === 'parameter') {
      found.set(source.name, { shape: node.outputs[0].shape, slot: source.slot });
    }
    for (const t of node.inputs) open.push(t.node);
  }
  return found;
}
