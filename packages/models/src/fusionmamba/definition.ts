/** FusionMamba as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import {
  configFromStateDict,
  FUSIONMAMBA_WV3,
  type FusionMambaConfig,
  hyperspectralConfig,
} from './config.js';
import type { FusionKind } from './fusion.js';
import { fusionMamba } from './network.js';

/** With its facts; PAN sides are halved twice, so they are multiples of four. */
function built(config: FusionMambaConfig) {
  const { panBands, msBands, ratio } = config;
  const msStep = ratio % 4 === 0 ? 1 : ratio % 2 === 0 ? 2 : 4;
  const facts = { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio) };
  return { facts, build: fusionMamba(config).build };
}

const VARIANTS = {
  concat: 'branches joined by concatenation and a linear layer',
  'cross-attention': 'branches joined by attention over all positions',
  hyperspectral: 'our reading of the form for many bands: each enlarged by itself, 22 channels',
};

export const fusionMambaDefinition: NetworkDefinition = {
  ...NETWORK_INFO.fusionmamba,
  open: (weights, { file }) => built(configFromStateDict(weights, { file })),
  create: ({ panBands, msBands, ratio, variant, sizes }) => {
    if (variant !== undefined && !(variant in VARIANTS)) {
      throw new GraphError(
        `fusionmamba: expected a variant of ${Object.keys(VARIANTS).join(', ')}, got '${variant}'.`,
      );
    }
    const size = { panBands, msBands, ratio };
    const published = { ...size, dim: FUSIONMAMBA_WV3.dim };
    const form = variant === 'hyperspectral' ? hyperspectralConfig(size) : published;
    const dim = wholeSize('fusionmamba', { name: 'dim', value: sizes?.dim ?? form.dim });
    const fusion: FusionKind =
      variant === 'concat' || variant === 'cross-attention' ? variant : 'crossed';
    const config = { ...form, dim, fusion };
    return { config: { ratio }, ...built(config) };
  },
  variants: Object.entries(VARIANTS).map(([name, title]) => ({ name, title })),
  sizes: { dim: FUSIONMAMBA_WV3.dim },
  recipe: { ...DEFAULT_RECIPE, schedule: { kind: 'step', every: 200, factor: 0.5 } },
};
