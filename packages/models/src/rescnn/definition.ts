/** Our small residual network as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { PLAIN } from '../preparation.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { type ResCnnConfig, resCnnConfig } from './config.js';
import { resCnn } from './network.js';

function built(config: ResCnnConfig): BuiltNetwork {
  const { panBands, msBands, ratio, blocks } = config;
  // Each 3 x 3 convolution reaches a pixel further, and MS is enlarged from its neighbours.
  const margin = 2 * blocks + 2 + ratio;
  const facts = { panBands, msBands, ratio, msStep: 1, phase: toolboxPhase(ratio), margin };
  return { facts, start: 'lms', build: resCnn(config) };
}

const SIZES = { width: 32, blocks: 4 };

export const resCnnDefinition: NetworkDefinition = {
  ...NETWORK_INFO.rescnn,
  open: (weights, { file, config, ratio }) =>
    built(resCnnConfig(weights, { file, ratio: config?.ratio ?? ratio })),
  create: ({ panBands, msBands, ratio, sizes }) => {
    const { width, blocks } = { ...SIZES, ...sizes };
    for (const [name, value] of Object.entries({ width, blocks })) {
      if (!(Number.isInteger(value) && value >= 1)) {
        throw new GraphError(`rescnn: expected ${name} of 1 or more, got ${value}.`);
      }
    }
    if (panBands !== 1) {
      throw new GraphError(`rescnn: expected PAN of one band, got ${panBands}.`);
    }
    const config = { panBands, msBands, ratio, width, blocks };
    return { config, ...built(config) };
  },
  variants: [],
  sizes: SIZES,
  recipe: {
    ...DEFAULT_RECIPE,
    lr: 2e-3,
    schedule: { kind: 'cosine', min: 2e-5 },
    epochs: 60,
    batch: 16,
    clip: 1,
    ema: 0.99,
  },
  preparation: { ...PLAIN, normalise: 'scene', base: 'mtf-glp-fs' },
};
