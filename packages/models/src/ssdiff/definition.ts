/** SSDiff as `fuse` opens it and `train` makes it. */

import {
  add,
  cast,
  constant,
  floor,
  GraphError,
  gather,
  mul,
  reshape,
  sub,
  type Tensor,
} from '@bandweave/graph';
import { type BuiltNetwork, type NetworkDefinition, toolboxPhase } from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { tracedSampling } from '../sampling.js';
import { type SsDiffConfig, ssDiffConfigFrom, usedBySsDiff } from './config.js';
import { ssDiff } from './network.js';
import { TRAINING_STEPS } from './sampler-options.js';
import { diffusionSampling } from './sampling.js';
import { cosineNoise } from './schedule.js';

/** Windows that it was trained on: attention spans them whole, so they belong to the network. */
const WINDOW = 64;

/** How it samples where nothing is asked for. */
type Preset = 'ddim-10' | 'released';

function built(config: SsDiffConfig, usual: Preset = 'ddim-10'): BuiltNetwork {
  const { panBands, msBands, ratio } = config;
  let msStep = 1;
  while ((msStep * ratio) % 4 !== 0) msStep += 1;
  const facts = { panBands, msBands, ratio, msStep, phase: toolboxPhase(ratio), window: WINDOW };
  const sampling = diffusionSampling(config, usual);
  return {
    facts,
    sampling,
    build: tracedSampling(sampling, { clamp: true }),
    /** How far the residual is that is predicted from it and noise, at any time. */
    objective: (params, { target, ...inputs }, { random: draw, keep, distance }) => {
      const residual = sub(target, inputs.lms);
      const [batch] = target.shape;
      const time = floor(mul(draw('time', [batch], 'uniform'), TRAINING_STEPS));
      const state = diffused(residual, draw('noise', target.shape, 'normal'), time);
      const predicted = ssDiff(
        config,
        params,
        { ...inputs, state, time },
        { kind: 'training', keep },
      );
      return distance(predicted, residual);
    },
  };
}

/** √ā_t · start + √(1 - ā_t) · noise with the time of each image. */
function diffused(start: Tensor, noise: Tensor, time: Tensor): Tensor {
  const { kept } = cosineNoise(TRAINING_STEPS);
  const [batch] = start.shape;
  const at = cast(time, 'int64');
  const share = (f: (kept: number) => number) =>
    reshape(gather(constant(Float32Array.from(kept, f), [TRAINING_STEPS]), at, { axis: 0 }), [
      batch,
      1,
      1,
      1,
    ]);
  return add(
    mul(
      share((k) => Math.sqrt(k)),
      start,
    ),
    mul(
      share((k) => Math.sqrt(1 - k)),
      noise,
    ),
  );
}

interface Variant {
  readonly title: string;
  readonly usual?: Preset;
  readonly config?: Pick<SsDiffConfig, 'fusion' | 'modulation'>;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  released: { title: 'samples as the released program does, faults included', usual: 'released' },
  'no-apfm': {
    title: 'branches joined by concatenation in place of alternating projections (APFM)',
    config: { fusion: 'concat' },
  },
  'no-fmim': {
    title: 'without the modulation of frequencies (FMIM)',
    config: { modulation: 'none' },
  },
};

function variantOf(name: string | undefined): Omit<Variant, 'title'> {
  if (name === undefined) return {};
  const found = VARIANTS[name];
  if (found) return found;
  const known = Object.keys(VARIANTS).join(', ');
  throw new GraphError(`ssdiff: expected a variant of ${known}, got '${name}'.`);
}

export const ssDiffDefinition: NetworkDefinition = {
  ...NETWORK_INFO.ssdiff,
  renamed: usedBySsDiff,
  open: (weights, { file, variant }) => {
    const { config, usual } = variantOf(variant);
    return built({ ...ssDiffConfigFrom(weights, { file }), ...config }, usual);
  },
  create: ({ panBands, msBands, ratio, variant }) => {
    const { config, usual } = variantOf(variant);
    return { config: { ratio }, ...built({ panBands, msBands, ratio, ...config }, usual) };
  },
  variants: Object.entries(VARIANTS).map(([name, { title }]) => ({ name, title })),
  sizes: {},
  recipe: { ...DEFAULT_RECIPE, optimizer: 'adamw', lr: 1e-3, batch: 20, ema: 0.9999 },
};
