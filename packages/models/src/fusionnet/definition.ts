/** FusionNet as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { centredPhase, centredReach, enlargeCentred } from '../centred-pair.js';
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

/** How the pairs were made that weights were trained on. */
interface Training {
  readonly ratio: number;
  readonly pairs: 'toolbox' | 'centred';
}

function built(config: FusionNetConfig, { ratio, pairs }: Training): BuiltNetwork {
  const centred = pairs === 'centred';
  const { msBands } = config;
  return {
    facts: {
      panBands: 1,
      msBands,
      ratio,
      msStep: 1,
      phase: centred ? centredPhase(ratio) : toolboxPhase(ratio),
      margin: fusionNetReach(config) + (centred ? centredReach(ratio) : 0),
    },
    build: (params, { ms, lms, pan }) =>
      fusionNet(config, params, { pan, lms: centred ? enlargeCentred(ms, { ratio }) : lms }),
  };
}

export const fusionNetDefinition: NetworkDefinition = {
  ...NETWORK_INFO.fusionnet,
  renamed: withoutAliases,
  open: (weights, { file, config, ratio: stated = 4 }) => {
    // Files that `train` did not write are the published ones.
    const { ratio = stated, pairs = 'centred' } = (config ?? {}) as Partial<Training>;
    return built(fusionNetConfigFrom(weights, { file }), { ratio, pairs });
  },
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    if (panBands !== 1) {
      throw new GraphError(
        `fusionnet: expected one PAN band, since it subtracts MS from it, got ${panBands}; choose another network.`,
      );
    }
    if (variant !== undefined && variant !== 'canconv') {
      throw new GraphError(`fusionnet: expected the variant canconv, got ${variant}.`);
    }
    const whole = (name: 'channels' | 'blocks', value: number) =>
      wholeSize('fusionnet', { name, value: sizes[name] ?? value });
    const config = {
      ...fusionNetConfig({ msBands }),
      channels: whole('channels', 32),
      blocks: whole('blocks', 4),
      convolution: variant === 'canconv' ? ('adaptive' as const) : ('plain' as const),
    };
    const training = { ratio, pairs: 'toolbox' } as const;
    return { config: training, ...built(config, training) };
  },
  variants: [{ name: 'canconv', title: 'content-adaptive convolutions (CANConv) in the blocks' }],
  sizes: { channels: 32, blocks: 4 },
  recipe: { ...DEFAULT_RECIPE, lr: 3e-4, loss: 'l2', epochs: 400 },
};
