/** PNN as `fuse` opens it and `train` makes it. */

import { centredPhase, centredReach, enlargeCentred } from '../centred-pair.js';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { type PnnConfig, pnn, pnnConfig, pnnConfigFrom, pnnReach } from './network.js';

/** How the pairs were made that weights were trained on. */
interface Training {
  readonly ratio: number;
  readonly pairs: 'toolbox' | 'centred';
}

function built(config: PnnConfig, { ratio, pairs }: Training): BuiltNetwork {
  const centred = pairs === 'centred';
  const { panBands, msBands } = config;
  return {
    facts: {
      panBands,
      msBands,
      ratio,
      msStep: 1,
      phase: centred ? centredPhase(ratio) : toolboxPhase(ratio),
      margin: pnnReach(config) + (centred ? centredReach(ratio) : 0),
    },
    build: (params, { ms, lms, pan }) =>
      pnn(config, params, { pan, lms: centred ? enlargeCentred(ms, { ratio }) : lms }),
  };
}

export const pnnDefinition: NetworkDefinition = {
  ...NETWORK_INFO.pnn,
  open: (weights, { file, config, ratio: stated = 4 }) => {
    // Files that `train` did not write are the published ones.
    const { ratio = stated, pairs = 'centred' } = (config ?? {}) as Partial<Training>;
    return built(pnnConfigFrom(weights, { file }), { ratio, pairs });
  },
  create: ({ panBands, msBands, ratio }) => {
    const training = { ratio, pairs: 'toolbox' } as const;
    return { config: training, ...built(pnnConfig({ panBands, msBands }), training) };
  },
  variants: [],
  sizes: {},
  recipe: { ...DEFAULT_RECIPE, lr: 1e-4, loss: 'l2' },
};
