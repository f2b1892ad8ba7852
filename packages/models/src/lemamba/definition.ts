/** LE-Mamba as `fuse` opens it and `train` makes it. */

import { cast, GraphError, greaterEqual, mul } from '@bandweave/graph';
import {
  type BuiltNetwork,
  type NetworkDefinition,
  type TrainingContext,
  toolboxPhase,
} from '../definition.js';
import { l1AndSsim } from '../l1-and-ssim.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import type { DepthFactors } from './block.js';
import { type LeMambaConfig, leMambaConfig, sideMultiple } from './config.js';
import { leMamba } from './network.js';
import { leMambaConfigFrom } from './read-config.js';

/** Draws which branches a step leaves out. */
function drawnDepth({ random }: TrainingContext): DepthFactors {
  let drawn = 0;
  return (count, rate) => {
    const draw = random(`depth.${drawn++}`, [count], 'uniform');
    return mul(cast(greaterEqual(draw, rate), 'float32'), 1 / (1 - rate));
  };
}

function built(config: LeMambaConfig, ratio: number): BuiltNetwork {
  const { panBands, msBands } = config;
  let msStep = 1;
  while ((msStep * ratio) % sideMultiple(config) !== 0) msStep += 1;
  return {
    facts: { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio) },
    build: (params, { lms, pan }, training) =>
      leMamba(config).build(params, {
        lms,
        pan,
        depthFactors: training ? drawnDepth(training) : undefined,
      }),
    loss: l1AndSsim,
  };
}

/** The paper's numbers, all that `sizes` may state. */
const SIZES = { width: 32, depth: 2, window: 8, localStates: 16, globalStates: 32 };

const VARIANTS = {
  'no-local': 'without the branch within windows',
  'no-sharing': 'without handing states on to later blocks',
  'global-only': 'without either',
};

export const leMambaDefinition: NetworkDefinition = {
  ...NETWORK_INFO.lemamba,
  open: (weights, { file, config = {}, ratio: stated = 4 }) => {
    const { ratio = stated, window = SIZES.window } = config as { ratio?: number; window?: number };
    return built(leMambaConfigFrom(weights, { file, window }), ratio);
  },
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    const size = (name: keyof typeof SIZES) =>
      wholeSize('lemamba', { name, value: sizes[name] ?? SIZES[name] });
    const window = size('window');
    if (variant !== undefined && !(variant in VARIANTS)) {
      throw new GraphError(
        `lemamba: expected a variant of ${Object.keys(VARIANTS).join(', ')}, got '${variant}'.`,
      );
    }
    const local = variant !== 'no-local' && variant !== 'global-only';
    const shared = variant !== 'no-sharing' && variant !== 'global-only';
    const config = leMambaConfig({
      msBands,
      panBands,
      width: size('width'),
      blocks: [size('depth'), 1, 1],
      windows: local ? [window, window, 0] : [0, 0, 0],
      localStates: size('localStates'),
      globalStates: size('globalStates'),
      stateSharing: shared ? 'injected' : 'none',
    });
    return { config: { ratio, window }, ...built(config, ratio) };
  },
  variants: Object.entries(VARIANTS).map(([name, title]) => ({ name, title })),
  sizes: SIZES,
  recipe: {
    ...DEFAULT_RECIPE,
    loss: 'own',
    optimizer: 'adamw',
    weightDecay: 1e-6,
    lr: 1e-3,
    schedule: { kind: 'restarts', first: 50, multiply: 2, min: 8e-5, decay: 0.9 },
    epochs: 800,
    accumulate: 2,
    clip: 0.03,
    ema: 0.995,
  },
};
