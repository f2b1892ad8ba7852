/** PanNet as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { centredPhase, centredReach, enlargeCentred } from '../centred-pair.js';
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

function built(config: PanNetConfig, pairs: 'toolbox' | 'centred'): BuiltNetwork {
  const centred = pairs === 'centred';
  const { panBands, msBands, ratio } = config;
  const phase = centred ? centredPhase(ratio) : toolboxPhase(ratio);
  const margin = panNetReach(config) + (centred ? centredReach(ratio) : 0);
  return {
    facts: { panBands, msBands, ratio, msStep: 1, phase, margin },
    build: (params, { ms, lms, pan }) =>
      panNet(config, params, { ms, pan, lms: centred ? enlargeCentred(ms, { ratio }) : lms }),
  };
}

export const panNetDefinition: NetworkDefinition = {
  ...NETWORK_INFO.pannet,
  renamed: withoutAliases,
  open: (weights, { file, config }) =>
    // Files that `train` did not write are the published ones.
    built(panNetConfigFrom(weights, { file }), config ? 'toolbox' : 'centred'),
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
    return { config: { ratio }, ...built(config, 'toolbox') };
  },
  variants: [],
  sizes: { channels: 32, blocks: 4 },
  recipe: { ...DEFAULT_RECIPE, lr: 1e-3, loss: 'l2' },
};
