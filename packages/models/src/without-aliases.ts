/** Weights without the second names that some published files give the same layers. */

import type { StateDict } from '@bandweave/graph';

/** What PyTorch writes for blocks that stand in a sequence besides having names of their own. */
const ALIAS = /^backbone\.(\d+)\./;

/** The tensors but those under `backbone.K.` whose twins `resK+1.` are there. */
export function withoutAliases(weights: StateDict): StateDict {
  const isAlias = (name: string) => {
    const found = ALIAS.exec(name);
    if (!found) return false;
    return weights.has(name.replace(ALIAS, `res${Number(found[1]) + 1}.`));
  };
  return new Map([...weights].filter(([name]) => !isAlias(name)));
}
