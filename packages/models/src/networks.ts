/** The networks there are, one line each, by name. */

import type { NetworkDefinition } from './definition.js';
import { fusionMambaDefinition } from './fusionmamba/definition.js';

/** What `fuse` runs and `train` trains, sorted by name. */
export const NETWORKS: readonly NetworkDefinition[] = [fusionMambaDefinition];

/** The network of that name; undefined for names of other methods. */
export function findNetwork(name: string): NetworkDefinition | undefined {
  return NETWORKS.find((network) => network.name === name);
}
