/** SSDiff as `fuse` opens it and `train` makes it. */

import {
  add,
  cast,
  constant,
  floor,
  GraphError,
  gather,
  mul,
  type Params,
  reshape,
  sub,
  type Tensor,
} from '@bandweave/graph';
import {
  type Branch,
  type BuiltNetwork,
  type NetworkDefinition,
  type NetworkInputs,
  type TrainingContext,
  toolboxPhase,
} from '../definition.js';
import { NETWORK_INFO } from '../network-list.js';
import { DEFAULT_RECIPE } from '../recipe.js';
import { tracedSampling } from '../sampling.js';
import type { BranchName } from './blocks.js';
import { type SsDiffConfig, ssDiffConfigFrom, usedBySsDiff } from './config.js';
import { type NormMode, ssDiff } from './network.js';
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
    ...(config.fusion === 'concat' ? {} : { branches: branchesOf(config) }),
    objective: (params, batch, training) =>
      residualLoss(config, params, {
        batch,
        training,
        mode: { kind: 'training', keep: training.keep },
      }),
  };
}

/**
 * What L-BAF trains in turn. The paper says that one branch is frozen while the other is tuned; which
 * parameters are whose, and that those of both are left alone, is our reading.
 */
const BRANCHES: Readonly<Record<BranchName, RegExp>> = {
  spatial: /^(conv_pan2x_t|emb_layers_pan|out_layers_pan|resblock[0-3])\.|\.fn\.fn\.sa[12]\./,
  spectral: /^(conv_lms2x_t|emb_layers_lms|out_layers_lms|upsample)\.|\.fn\.fn\.se[12]\./,
};
const LINEAR = /(^|\.)(emb_layers(_pan|_lms)?\.1|sa[12]|se[12])\.weight$/;

function branchesOf(config: SsDiffConfig): Branch[] {
  return (['spatial', 'spectral'] as const).map((name) => ({
    name,
    owns: (parameter) => BRANCHES[name].test(parameter),
    linear: (parameter) => BRANCHES[name].test(parameter) && LINEAR.test(parameter),
    objective: (params, batch, training) =>
      residualLoss(config, params, { batch, training, mode: { kind: 'branch', active: name } }),
  }));
}

/** How far the residual is that is predicted from it and noise, at any time. */
function residualLoss(
  config: SsDiffConfig,
  params: Params,
  {
    batch: { target, ...inputs },
    training: { random: draw, distance },
    mode,
  }: {
    readonly batch: NetworkInputs & { readonly target: Tensor };
    readonly training: TrainingContext;
    readonly mode: NormMode;
  },
): Tensor {
  const residual = sub(target, inputs.lms);
  const [batch] = target.shape;
  const time = floor(mul(draw('time', [batch], 'uniform'), TRAINING_STEPS));
  const state = diffused(residual, draw('noise', target.shape, 'normal'), time);
  return distance(ssDiff(config, params, { ...inputs, state, time }, mode), residual);
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
