/** Our network for single bands as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { PLAIN } from '../preparation.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { type BandwiseConfig, bandwiseConfig } from './config.js';
import { bandwise } from './network.js';

function built(config: BandwiseConfig): BuiltNetwork {
  const { panBands, msBands, ratio, blocks } = config;
  // Each 3 x 3 convolution reaches a pixel further, the local mean four.
  const facts = {
    panBands,
    msBands,
    ratio,
    msStep: 1,
    phase: toolboxPhase(ratio),
    margin: 2 * blocks + 2 + 4,
  };
  return { facts, start: 'lms', build: bandwise(config) };
}

const SIZES = { width: 32, blocks: 4 };

export const bandwiseDefinition: NetworkDefinition = {
  ...NETWORK_INFO.bandwise,
  anyPair: true,
  open: (weights, { file, pair = { msBands: 1, ratio: 4 } }) =>
    built(bandwiseConfig(weights, { file, pair })),
  create: ({ panBands, msBands, ratio, sizes }) => {
    const { width, blocks } = { ...SIZES, ...sizes };
    for (const [name, value] of Object.entries({ width, blocks })) {
      if (!(Number.isInteger(value) && value >= 1)) {
        throw new GraphError(`bandwise: expected ${name} of 1 or more, got ${value}.`);
      }
    }
    if (panBands !== 1) {
      throw new GraphError(
        `bandwise: expected PAN of one band beside each of MS, got ${panBands}.`,
      );
    }
    return { config: { width, blocks }, ...built({ panBands, msBands, ratio, width, blocks }) };
  },
  variants: [],
  sizes: SIZES,
  recipe: {
    ...DEFAULT_RECIPE,
    lr: 2e-3,
    schedule: { kind: 'cosine', min: 2e-5 },
    epochs: 60,
    batch: 16,
    patch: 48,
    loss: 'l1-structure',
    clip: 1,
    ema: 0.99,
  },
  preparation: {
    ...PLAIN,
    normalise: 'scene',
    base: 'mtf-glp-fs+mtf-glp-hpm-h+atwt+exp',
  },
};
