/** FusionNet as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import { withoutAliases } from '../without-aliases.js';
import {
  type FusionNetConfig,
  fusionNet,
  fusionNetConfig,
  fusionNetConfigFrom,
  fusionNetReach,
} from './network.js';

function built(config: FusionNetConfig, ratio: number): BuiltNetwork {
  const { msBands } = config;
  return {
    facts: {
      panBands: 1,
      msBands,
      ratio,
      msStep: 1,
      phase: toolboxPhase(ratio),
      margin: fusionNetReach(config),
    },
    build: (params, { lms, pan }) => fusionNet(config, params, { lms, pan }),
  };
}

export const fusionNetDefinition: NetworkDefinition = {
  ...NETWORK_INFO.fusionnet,
  renamed: withoutAliases,
  open: (weights, { file, config = {} }) => {
    const { ratio = 4 } = config as { ratio?: number };
    return built(fusionNetConfigFrom(weights, { file }), ratio);
  },
  create: ({ panBands, msBands, ratio, sizes = {} }) => {
    if (panBands !== 1) {
      throw new GraphError(
        `fusionnet: expected one PAN band, since it subtracts MS from it, got ${panBands}; choose another network.`,
      );
    }
    const whole = (name: 'channels' | 'blocks', value: number) =>
      wholeSize('fusionnet', { name, value: sizes[name] ?? value });
    const config = {
      ...fusionNetConfig({ msBands }),
      channels: whole('channels', 32),
      blocks: whole('blocks', 4),
    };
    return { config: { ratio }, ...built(config, ratio) };
  },
  variants: [],
  sizes: { channels: 32, blocks: 4 },
  recipe: { ...DEFAULT_RECIPE, lr: 3e-4, loss: 'l2', epochs: 400 },
};
