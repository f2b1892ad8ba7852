/** FeINFN as `fuse-hs` opens it and `train` makes it. */

import { GraphError } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { l1AndSsim } from '../l1-and-ssim.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { wholeSize } from '../whole-size.js';
import { type FeInfnConfig, feInfnConfig, feInfnConfigFrom } from './config.js';
import { type FeInfnOptions, feInfn, withoutTables } from './network.js';

/** Most coarse pixels that a lattice of whole fine pixels may need. */
const LARGEST_STEP = 4;

/**
 * The ratio as a fraction of small whole numbers: windows begin where the edges of a coarse and of a
 * fine pixel meet, at 2.5 every second coarse pixel. Others are taken as the nearest such fraction.
 */
function lattice(asked: number): { ratio: number; msStep: number; phase: number } {
  let best = { ratio: Math.max(1, Math.round(asked)), msStep: 1 };
  for (let msStep = 2; msStep <= LARGEST_STEP; msStep++) {
    const ratio = Math.max(1, Math.round(asked * msStep) / msStep);
    if (Math.abs(ratio - asked) < Math.abs(best.ratio - asked) - 0.01 * asked) {
      best = { ratio, msStep };
    }
  }
  return { ...best, phase: toolboxPhase(best.ratio) };
}

function built(config: FeInfnConfig, ratio: number, options: FeInfnOptions): BuiltNetwork {
  const { panBands, msBands } = config;
  return {
    facts: { panBands, msBands, ...lattice(ratio) },
    build: (params, inputs) => feInfn(config, params, inputs, options),
    loss: l1AndSsim,
  };
}

/** The paper's numbers, all that `sizes` may state; `hidden` of the second layer is half of it. */
const SIZES = { width: 128, blocks: 4, hidden: 256, decoder: 128 };

const VARIANTS: Readonly<Record<string, { title: string; options: FeInfnOptions }>> = {
  'no-frequency': { title: 'without the frequency branch', options: { frequency: 'none' } },
  relu: { title: 'ReLU in place of the Gabor activation', options: { activation: 'relu' } },
};

export const feInfnDefinition: NetworkDefinition = {
  ...NETWORK_INFO.feinfn,
  renamed: withoutTables,
  open: (weights, { file, variant, config = {}, pair, ratio: stated = 4 }) => {
    const { ratio = stated } = config as { ratio?: number };
    // The weights know no ratio, so they serve at that of the pair.
    const asked = pair?.exactRatio ?? ratio;
    return built(feInfnConfigFrom(weights, { file }), asked, optionsOf(variant));
  },
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    const size = (name: keyof typeof SIZES) =>
      wholeSize('feinfn', { name, value: sizes[name] ?? SIZES[name] });
    const hidden = size('hidden');
    const config = feInfnConfig({
      msBands,
      panBands,
      width: size('width'),
      blocks: size('blocks'),
      hidden: [hidden, Math.max(1, Math.floor(hidden / 2))],
      decoderWidth: size('decoder'),
    });
    return { config: { ratio }, ...built(config, ratio, optionsOf(variant)) };
  },
  variants: Object.entries(VARIANTS).map(([name, { title }]) => ({ name, title })),
  sizes: SIZES,
  recipe: {
    ...DEFAULT_RECIPE,
    loss: 'own',
    optimizer: 'adamw',
    lr: 2e-4,
    schedule: { kind: 'cosine', min: 1e-5 },
    epochs: 2000,
    batch: 4,
    accumulate: 2,
    clip: 1e-4,
    ema: 0.995,
  },
};

function optionsOf(variant: string | undefined): FeInfnOptions {
  if (variant === undefined) return {};
  const found = VARIANTS[variant];
  if (found) return found.options;
  throw new GraphError(
    `feinfn: expected a variant of ${Object.keys(VARIANTS).join(', ')}, got '${variant}'.`,
  );
}
