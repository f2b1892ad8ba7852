/** CANNet as `fuse` opens it and `train` makes it. */

import { cast, GraphError, type Params } from '@bandweave/graph';
import {
  type BuiltNetwork,
  type Fitted,
  type NetworkDefinition,
  type NetworkInputs,
  toolboxPhase,
} from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { codebookOf, fitCodebook } from './codebook.js';
import { CANNET_WV3, type CanNetConfig, canNetConfigFrom, type Untold } from './config.js';
import { canNet } from './network.js';

/** The paper's ablations: what kernels adapt to, and to how many clusters. */
const VARIANTS: Readonly<Record<string, { title: string } & Partial<CanNetConfig>>> = {
  'plain-convolution': { title: 'no adaption: 3 x 3 convolutions', adaption: 'none' },
  'one-cluster': { title: 'one kernel an image', adaption: 'image' },
  'per-pixel': { title: 'a kernel for each pixel', adaption: 'pixel' },
  'clusters-8': { title: '8 clusters a level', clusters: 8 },
  'clusters-16': { title: '16 clusters a level', clusters: 16 },
  'clusters-64': { title: '64 clusters a level', clusters: 64 },
};

/**
 * Pixels at which a pixel looks on each side, besides its cluster's: convolutions of 3 x 3 reach 1,
 * 2 or 4 pixels at the three sizes, the two reductions 1 and 2. Head 1, blocks 2, 4, 8, 4, 2,
 * resampling 3, 6, 2, 1, tail 1.
 */
const REACH = 34;

/** With its facts; PAN sides are halved twice, so they are multiples of four. */
function built(config: CanNetConfig): BuiltNetwork {
  const { panBands, msBands, ratio } = config;
  const msStep = ratio % 4 === 0 ? 1 : ratio % 2 === 0 ? 2 : 4;
  const phase = toolboxPhase(ratio);
  const facts = { panBands, msBands, ratio, msStep, phase, margin: REACH };
  const trace = (params: Params, { pan, lms }: NetworkInputs, fitted?: Fitted) =>
    canNet(config, params, {
      pan,
      lms,
      ...(fitted ? { clustering: { kind: 'codebook', codebook: codebookOf(fitted) } } : {}),
    });
  const build: BuiltNetwork['build'] = (params, inputs) => trace(params, inputs).output;
  if (config.adaption !== 'clusters') return { facts, build };
  return {
    facts,
    build,
    scene: {
      fit: (params, { pan, lms }) => fitCodebook(config, params, { pan, lms }),
      build: (params, inputs, fitted) => trace(params, inputs, fitted).output,
    },
    clusters: (params, inputs, fitted) => {
      const { clusters } = trace(params, inputs, fitted);
      return Object.fromEntries(
        clusters.map((index, level) => [`level-${level}`, cast(index, 'float32')]),
      );
    },
  };
}

/** What a file's metadata says of the things that shapes don't tell. */
function untold(config: Readonly<Record<string, unknown>> = {}): Untold {
  const { ratio, clusters, threshold, adaption } = config;
  return {
    ...(typeof ratio === 'number' ? { ratio } : {}),
    ...(typeof clusters === 'number' ? { clusters } : {}),
    ...(typeof threshold === 'number' ? { threshold } : {}),
    ...(adaption === 'image' || adaption === 'pixel' ? { adaption } : {}),
  };
}

export const canNetDefinition: NetworkDefinition = {
  ...NETWORK_INFO.cannet,
  open: (weights, { file, config }) =>
    built(checked(canNetConfigFrom(weights, { file, ...untold(config) }))),
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    const { title: _, ...changes } = variantOf(variant);
    const { channels, clusters, threshold } = { ...CANNET_WV3, ...sizes, ...changes };
    const { adaption } = { ...CANNET_WV3, ...changes };
    const config = checked({
      channels,
      panBands,
      msBands,
      ratio,
      clusters,
      threshold,
      adaption,
    });
    return { config: { ...config }, ...built(config) };
  },
  variants: Object.entries(VARIANTS).map(([name, { title }]) => ({ name, title })),
  sizes: {
    channels: CANNET_WV3.channels,
    clusters: CANNET_WV3.clusters,
    threshold: CANNET_WV3.threshold,
  },
  recipe: {
    ...DEFAULT_RECIPE,
    lr: 1e-3,
    schedule: { kind: 'step', every: 250, factor: 0.1 },
  },
};

function variantOf(name: string | undefined) {
  if (name === undefined) return { title: '' };
  const found = VARIANTS[name];
  if (found) return found;
  throw new GraphError(
    `cannet: expected a variant of ${Object.keys(VARIANTS).join(', ')}, got ${name}.`,
  );
}

function checked(config: CanNetConfig): CanNetConfig {
  const { channels, clusters, threshold } = config;
  const whole = (name: string, value: number, most: number) => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return;
    throw new GraphError(`cannet: expected ${name} from 1 to ${most}, got ${value}.`);
  };
  whole('channels', channels, 4096);
  // Maps of clusters hold a byte a pixel, and one number stands for those that were joined.
  whole('clusters', clusters, 255);
  if (threshold >= 0 && threshold < 1) return config;
  throw new GraphError(`cannet: expected a threshold from 0 to below 1, got ${threshold}.`);
}
