/** FusionMamba as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { configFromStateDict, FUSIONMAMBA_WV3, type FusionMambaConfig } from './config.js';
import { fusionMamba } from './network.js';

/** With its facts; PAN sides are halved twice, so they are multiples of four. */
function built(config: FusionMambaConfig) {
  const { panBands, msBands, ratio } = config;
  const msStep = ratio % 4 === 0 ? 1 : ratio % 2 === 0 ? 2 : 4;
  const facts = { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio) };
  return { facts, build: fusionMamba(config).build };
}

export const fusionMambaDefinition: NetworkDefinition = {
  ...NETWORK_INFO.fusionmamba,
  open: (weights, { file }) => built(configFromStateDict(weights, { file })),
  create: ({ panBands, msBands, ratio, sizes }) => {
    const dim = sizes?.dim ?? FUSIONMAMBA_WV3.dim;
    if (!Number.isInteger(dim) || dim < 1) {
      throw new GraphError(`fusionmamba: expected dim of 1 or more, got ${dim}.`);
    }
    const config = { dim, panBands, msBands, ratio };
    return { config: { ...config }, ...built(config) };
  },
  variants: [],
  sizes: { dim: FUSIONMAMBA_WV3.dim },
  recipe: { ...DEFAULT_RECIPE, schedule: { kind: 'step', every: 200, factor: 0.5 } },
};
