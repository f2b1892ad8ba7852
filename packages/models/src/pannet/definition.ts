/** PanNet as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import { withoutAliases } from '../without-aliases.js';
import {
  type PanNetConfig,
  panNet,
  panNetConfig,
  panNetConfigFrom,
  panNetReach,
} from './network.js';

function built(config: PanNetConfig): BuiltNetwork {
  const { panBands, msBands, ratio } = config;
  const facts = { panBands, msBands, ratio, msStep: 1, phase: toolboxPhase(ratio) };
  return {
    facts: { ...facts, margin: panNetReach(config) },
    build: (params, inputs) => panNet(config, params, inputs),
  };
}

export const panNetDefinition: NetworkDefinition = {
  ...NETWORK_INFO.pannet,
  renamed: withoutAliases,
  open: (weights, { file }) => built(panNetConfigFrom(weights, { file })),
  create: ({ panBands, msBands, ratio, sizes = {} }) => {
    if (ratio % 2 !== 0) {
      throw new GraphError(
        `pannet: expected an even ratio, got ${ratio}; choose another network for it.`,
      );
    }
    const whole = (name: 'channels' | 'blocks', value: number) =>
      wholeSize('pannet', { name, value: sizes[name] ?? value });
    const config = {
      ...panNetConfig({ panBands, msBands, ratio }),
      channels: whole('channels', 32),
      blocks: whole('blocks', 4),
    };
    return { config: {}, ...built(config) };
  },
  variants: [],
  sizes: { channels: 32, blocks: 4 },
  recipe: { ...DEFAULT_RECIPE, lr: 1e-3, loss: 'l2' },
};
