/** CMT as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import { CMT_SIZES, type CmtConfig, type CmtUntold, cmtConfigFrom } from './config.js';
import { hybridLoss } from './loss.js';
import { cmt } from './network.js';

function built(config: CmtConfig): BuiltNetwork {
  const { panBands, msBands, ratio, channels, heads, window } = config;
  if (channels % heads !== 0) {
    throw new GraphError(`cmt: expected channels in multiples of ${heads} heads, got ${channels}.`);
  }
  // Wavelets of the loss need even sides, too.
  const msStep = window / gcd(ratio, window);
  return {
    facts: { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio) },
    build: (params, { pan, lms }) => cmt(config, params, { pan, lms }),
    loss: (prediction, target) => hybridLoss(prediction, target).loss,
  };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function untold(config: Readonly<Record<string, unknown>> = {}): CmtUntold {
  const { ratio, heads, window, modulation } = config;
  return {
    ...(typeof ratio === 'number' ? { ratio } : {}),
    ...(typeof heads === 'number' ? { heads } : {}),
    ...(typeof window === 'number' ? { window } : {}),
    ...(modulation === 'am' ? { modulation } : {}),
  };
}

export const cmtDefinition: NetworkDefinition = {
  ...NETWORK_INFO.cmt,
  open: (weights, { file, config, ratio }) =>
    built(cmtConfigFrom(weights, { file, ...untold({ ratio, ...config }) })),
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    if (variant !== undefined && variant !== 'am') {
      throw new GraphError(`cmt: expected the variant am, got ${variant}.`);
    }
    const size = (name: keyof typeof CMT_SIZES) =>
      wholeSize('cmt', { name, value: sizes[name] ?? CMT_SIZES[name] });
    const config: CmtConfig = {
      panBands,
      msBands,
      ratio,
      channels: size('channels'),
      blocks: size('blocks'),
      heads: size('heads'),
      window: size('window'),
      modulation: variant === 'am' ? 'am' : 'dsb-sc',
    };
    return { config: { ...config }, ...built(config) };
  },
  variants: [{ name: 'am', title: 'amplitude modulation: the carrier itself stays' }],
  sizes: CMT_SIZES,
  recipe: {
    ...DEFAULT_RECIPE,
    loss: 'own',
    lr: 1e-3,
    schedule: { kind: 'step', every: 200, factor: 0.5 },
  },
};
