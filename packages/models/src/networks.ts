/** The networks there are, one line each, by name. */

import { bandwiseDefinition } from './bandwise/definition.js';
import { canNetDefinition } from './cannet/definition.js';
import { cmtDefinition } from './cmt/definition.js';
import type { NetworkDefinition } from './definition.js';
import { feInfnDefinition } from './feinfn/definition.js';
import { fusionMambaDefinition } from './fusionmamba/definition.js';
import { fusionNetDefinition } from './fusionnet/definition.js';
import { leMambaDefinition } from './lemamba/definition.js';
import { panNetDefinition } from './pannet/definition.js';
import { pnnDefinition } from './pnn/definition.js';
import { resCnnDefinition } from './rescnn/definition.js';
import { sbmDefinition } from './sbm/definition.js';
import { ssDiffDefinition } from './ssdiff/definition.js';

/** What `fuse` runs and `train` trains, sorted by name. */
export const NETWORKS: readonly NetworkDefinition[] = [
  bandwiseDefinition,
  canNetDefinition,
  cmtDefinition,
  feInfnDefinition,
  fusionMambaDefinition,
  fusionNetDefinition,
  leMambaDefinition,
  panNetDefinition,
  pnnDefinition,
  resCnnDefinition,
  sbmDefinition,
  ssDiffDefinition,
];

/** The network of that name; undefined for names of other methods. */
export function findNetwork(name: string): NetworkDefinition | undefined {
  return NETWORKS.find((network) => network.name === name);
}
