/** SBM as `fuse` opens it and `train` makes it. */

import { add, constant, GraphError, mul } from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { tracedSampling } from '../sampling.js';
import { wholeSize } from '../whole-size.js';
import { SBM_SIZES, type SbmConfig, type SbmUntold, sbmConfigFrom } from './config.js';
import { estimate, matchingLoss } from './matching.js';
import { pathSampling } from './sampling.js';

function built(config: SbmConfig): BuiltNetwork {
  const { panBands, msBands, ratio } = config;
  let msStep = 1;
  while ((msStep * ratio) % 4 !== 0) msStep += 1;
  const sampling = pathSampling(config);
  return {
    facts: { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio) },
    start: 'lms',
    /** One step without noise: one pass over the source. */
    build: (params, inputs) => {
      if (config.schedule === 'diffusion') {
        return tracedSampling(sampling, { clamp: false })(params, inputs);
      }
      const { pan, lms } = inputs;
      const [batch] = lms.shape;
      const time = constant(new Float32Array(batch).fill(1), [batch]);
      return add(lms, estimate(config, params, { pan, lms, state: mul(lms, 0), time }));
    },
    objective: (params, { pan, lms, target }, training) =>
      matchingLoss(config, params, { pan, lms, target, training }),
    sampling,
  };
}

type Variant = Partial<Pick<SbmConfig, 'schedule' | 'prediction'>> & { readonly title: string };

const VARIANTS: Readonly<Record<string, Variant>> = {
  symmetric: { title: 'the symmetric schedule of I2SB', schedule: 'symmetric' },
  label: { title: 'predicts the label of I2SB', prediction: 'label' },
  velocity: { title: 'predicts the velocity of flow matching', prediction: 'velocity' },
  diffusion: { title: 'the same network by diffusion from noise', schedule: 'diffusion' },
  regression: { title: 'the same network by regression', schedule: 'regression' },
};

function variantOf(name: string | undefined): Omit<Variant, 'title'> {
  if (name === undefined) return {};
  const found = Object.hasOwn(VARIANTS, name) ? VARIANTS[name] : undefined;
  if (found) {
    const { title: _, ...config } = found;
    return config;
  }
  const known = Object.keys(VARIANTS).join(', ');
  throw new GraphError(`sbm: expected a variant of ${known}, got '${name}'.`);
}

function untold(config: Readonly<Record<string, unknown>> = {}): SbmUntold {
  const { ratio, sigma } = config;
  return {
    ...(typeof ratio === 'number' ? { ratio } : {}),
    ...(typeof sigma === 'number' && sigma > 0 ? { sigma } : {}),
  };
}

export const sbmDefinition: NetworkDefinition = {
  ...NETWORK_INFO.sbm,
  open: (weights, { file, config, variant, ratio }) =>
    built(sbmConfigFrom(weights, { file, ...untold({ ratio, ...config }), ...variantOf(variant) })),
  create: ({ panBands, msBands, ratio, variant, sizes = {} }) => {
    const size = (name: 'channels' | 'blocks' | 'deep') =>
      wholeSize('sbm', { name, value: sizes[name] ?? SBM_SIZES[name] });
    const { sigma = SBM_SIZES.sigma } = sizes;
    if (!(sigma > 0 && sigma <= 10)) {
      throw new GraphError(`sbm: expected sigma above 0 and up to 10, got ${sigma}.`);
    }
    const config: SbmConfig = {
      panBands,
      msBands,
      ratio,
      channels: size('channels'),
      blocks: size('blocks'),
      deep: size('deep'),
      schedule: 'constant',
      sigma,
      prediction: 'target',
      ...variantOf(variant),
    };
    return { config: { ...config }, ...built(config) };
  },
  variants: Object.entries(VARIANTS).map(([name, { title }]) => ({ name, title })),
  sizes: SBM_SIZES,
  // Of the first author's diffusion model before it: rates fall to a fifth three times in 400,000
  // updates of 128 patches; smaller batches here.
  recipe: {
    ...DEFAULT_RECIPE,
    optimizer: 'adamw',
    lr: 1e-4,
    weightDecay: 1e-4,
    schedule: { kind: 'step', every: 125, factor: 0.2 },
    batch: 16,
    clip: 0.003,
    ema: 0.995,
  },
};
