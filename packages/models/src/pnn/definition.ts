/** PNN as `fuse` opens it and `train` makes it. */

import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { type PnnConfig, pnn, pnnConfig, pnnConfigFrom, pnnReach } from './network.js';

function built(config: PnnConfig, ratio: number): BuiltNetwork {
  const { panBands, msBands } = config;
  return {
    facts: {
      panBands,
      msBands,
      ratio,
      msStep: 1,
      phase: toolboxPhase(ratio),
      margin: pnnReach(config),
    },
    build: (params, { lms, pan }) => pnn(config, params, { lms, pan }),
  };
}

export const pnnDefinition: NetworkDefinition = {
  ...NETWORK_INFO.pnn,
  open: (weights, { file, config = {} }) => {
    const { ratio = 4 } = config as { ratio?: number };
    return built(pnnConfigFrom(weights, { file }), ratio);
  },
  create: ({ panBands, msBands, ratio }) => ({
    config: { ratio },
    ...built(pnnConfig({ panBands, msBands }), ratio),
  }),
  variants: [],
  sizes: {},
  recipe: { ...DEFAULT_RECIPE, lr: 1e-4, loss: 'l2' },
};
