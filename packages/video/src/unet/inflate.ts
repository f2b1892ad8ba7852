/** Weights for pictures, completed with what a clip needs besides. Wu et al. 2023, Tune-A-Video. */

import { createParams, type Params } from '@bandweave/graph';

/** Parameters that weights for pictures lack. */
export const TEMPORAL = /(?:^|\.)(?:attn_temp|norm_temp)\./;

/** What one-shot tuning trains; everything else stays as it was. */
export const TUNED = /\.(?:attn1\.to_q|attn2\.to_q|attn_temp)\./;

/**
 * The same parameters, where those of attention over time are fresh unless the weights have them:
 * its output weight is zero, so that it begins by adding its bias alone.
 */
export function inflated(params: Params, { seed = 0 }: { readonly seed?: number } = {}): Params {
  const fresh = createParams({ seed });
  const made = new Set<string>();
  const at = (inner: Params, prefix: string): Params => ({
    ...inner,
    get(name, shape, init) {
      const full = prefix + name;
      if (made.has(full)) return fresh.get(full, shape, init);
      if (!TEMPORAL.test(full) || inner.has(name)) return inner.get(name, shape, init);
      made.add(full);
      return fresh.get(full, shape, init);
    },
    scope: (below) => at(inner.scope(below), `${prefix}${below}.`),
    has: (name) => made.has(prefix + name) || inner.has(name),
    entries: () => [...inner.entries(), ...fresh.entries()],
    stateDict: () => new Map([...inner.stateDict(), ...fresh.stateDict()]),
  });
  return at(params, '');
}
