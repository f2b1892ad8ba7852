/** CMT as `fuse` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import {
  CMT_SIZES,
  type CmtConfig,
  type CmtUntold,
  cmtConfigFrom,
  type Modulation,
} from './config.js';
import { type HybridLossOptions, hybridLoss } from './loss.js';
import { cmt } from './network.js';

function built(config: CmtConfig, weights: HybridLossOptions = {}): BuiltNetwork {
  const { panBands, msBands, ratio, channels, heads, window } = config;
  if (channels % heads !== 0) {
    throw new GraphError(`cmt: expected channels in multiples of ${heads} heads, got ${channels}.`);
  }
  // Wavelets of the loss need even sides, too.
  const msStep = window / gcd(ratio, window);
  return {
    facts: { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio) },
    build: (params, { pan, lms }) => cmt(config, params, { pan, lms }),
    loss: (prediction, target) => hybridLoss(prediction, target, weights).loss,
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

interface Variant {
  readonly title: string;
  readonly modulation?: Modulation;
  readonly loss?: HybridLossOptions;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  am: { title: 'amplitude modulation: the carrier itself stays', modulation: 'am' },
  'no-modulation': { title: 'self-attention without modulation', modulation: 'none' },
  l1: { title: 'trained by absolute differences alone', loss: { fourier: 0, wavelet: 0 } },
  'l1-fourier': { title: 'trained without the wavelet term', loss: { wavelet: 0 } },
  'l1-wavelet': { title: 'trained without the Fourier term', loss: { fourier: 0 } },
};

function variantOf(name: string | undefined): Omit<Variant, 'title'> {
  if (name === undefined) return {};
  const found = Object.hasOwn(VARIANTS, name) ? VARIANTS[name] : undefined;
  if (found) return found;
  const known = Object.keys(VARIANTS).join(', ');
  throw new GraphError(`cmt: expected a variant of ${known}, got '${name}'.`);
}

export const cmtDefinition: NetworkDefinition = {
  ...NETWORK_INFO.cmt,
  open: (weights, { file, config, variant, ratio }) => {
    const { loss, modulation } = variantOf(variant);
    const stated = { ...untold({ ratio, ...config }), ...(modulation ? { modulation } : {}) };
    return built(cmtConfigFrom(weights, { file, ...stated }), loss);
  },
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    const { loss, modulation = 'dsb-sc' } = variantOf(variant);
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
      modulation,
    };
    return { config: { ...config }, ...built(config, loss) };
  },
  variants: Object.entries(VARIANTS).map(([name, { title }]) => ({ name, title })),
  sizes: CMT_SIZES,
  recipe: {
    ...DEFAULT_RECIPE,
    loss: 'own',
    lr: 1e-3,
    schedule: { kind: 'step', every: 200, factor: 0.5 },
  },
};
