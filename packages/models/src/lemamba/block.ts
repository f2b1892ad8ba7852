/**
 * The local-enhanced vision Mamba block (LEVM): a state-space layer within windows, then one over
 * the whole image whose scan is given the states of earlier ones. Parameters bear the published
 * names.
 */

import {
  add,
  gelu,
  mul,
  type Params,
  reshape,
  resize,
  split,
  type Tensor,
  transpose,
  truncatedNormalInit,
  windowMerge,
  windowPartition,
} from '@bandweave/graph';
import { convLayer, layerNormLayer, linearLayer, ss2d } from '@bandweave/nn';
import type { ScanConfig, StageConfig } from './config.js';

/**
 * Stochastic depth: factors [count], 0 for a sample whose branch is left out and 1 / (1 - rate)
 * for the others. Huang et al. 2016.
 */
export type DepthFactors = (count: number, rate: number) => Tensor;

export interface BlockOptions {
  readonly stage: StageConfig;
  /** [b, panBands, H, W] at full resolution */
  readonly pan: Tensor;
  /** State that is injected into the global scan [b, 4·d, states]. */
  readonly previous?: Tensor | undefined;
  /** State of the mirrored encoder stage. */
  readonly skip?: { readonly state: Tensor; readonly projection: 'learned' | 'none' } | undefined;
  readonly depth?: { readonly factors: DepthFactors; readonly rate: number } | undefined;
}

/** The original's norms before each branch, unlike those inside the scan. */
const EPS = 1e-6;

/** [b, h, w, c] to the same shape, and the last state of the global scan. */
export function levmBlock(
  params: Params,
  x: Tensor,
  { stage, pan, previous, skip, depth }: BlockOptions,
): { readonly y: Tensor; readonly state: Tensor } {
  const conditioned = add(x, condition(params.scope('intro_conv'), pan, x));
  const { local, global } = stage;
  const enhanced = local
    ? enhance(params, conditioned, { local, options: { depth } })
    : conditioned;
  return stateSpaceBlock(params.scope('mamba'), enhanced, {
    ...global,
    hidden: 4,
    previous,
    skip,
    depth,
  });
}

/** PAN at the block's size, with its channels. */
function condition(params: Params, pan: Tensor, x: Tensor): Tensor {
  const [, height, width, channels] = x.shape;
  const same = pan.shape[2] === height && pan.shape[3] === width;
  const sized = same ? pan : resize(pan, { size: [height, width], align: 'corners' });
  const raised = convLayer(params.scope('0'), sized, { out: channels, kernel: 1 });
  const own = convLayer(params.scope('1'), raised, {
    out: channels,
    kernel: 3,
    padding: 1,
    groups: channels,
  });
  return transpose(own, [0, 2, 3, 1]);
}

/** x + factor ⊙ what the state-space layer makes of each window by itself. */
function enhance(
  params: Params,
  x: Tensor,
  {
    local,
    options,
  }: {
    readonly local: NonNullable<StageConfig['local']>;
    readonly options: Pick<BlockOptions, 'depth'>;
  },
): Tensor {
  const [, height, width, channels] = x.shape;
  const window = [local.window, local.window] as const;
  const parts = windowPartition(x, { window });
  const maps = reshape(parts, [parts.shape[0], ...window, channels]);
  const { y } = stateSpaceBlock(params.scope('mamba_inner_shared'), maps, {
    ...local,
    hidden: 1,
    ...options,
  });
  const merged = windowMerge(reshape(y, parts.shape), { window, size: [height, width] });
  const factor = params.get('enhanced_factor', [1, 1, 1, channels], truncatedNormalInit(0.02));
  return add(x, mul(merged, factor));
}

type StateSpaceOptions = ScanConfig &
  Omit<BlockOptions, 'stage' | 'pan'> & {
    /** Width of the gated layer over the channels. */
    readonly hidden: number;
  };

/** x + SS2D(LN(x)), then x + gMLP(LN(x)). */
function stateSpaceBlock(params: Params, x: Tensor, options: StateSpaceOptions) {
  const { expand, states, kernel, hidden, previous, skip, depth } = options;
  const channels = x.shape[3];
  const norm = (name: string, t: Tensor) => layerNormLayer(params.scope(name), t, { eps: EPS });
  const branch = (t: Tensor) => (depth && depth.rate > 0 ? mul(t, perSample(t, depth)) : t);
  const { y, state } = ss2d(params.scope('op'), norm('norm', x), {
    inner: expand * channels,
    states,
    kernel,
    previous,
    skip,
  });
  const mixed = add(x, branch(y));
  const gated = gatedMlp(params.scope('mlp'), norm('norm2', mixed), hidden * channels);
  return { y: add(mixed, branch(gated)), state };
}

function perSample(t: Tensor, { factors, rate }: NonNullable<BlockOptions['depth']>): Tensor {
  const [count] = t.shape;
  return reshape(factors(count, rate), [count, 1, 1, 1]);
}

/** fc2(p · GELU(q)) with [p, q] = fc1(x). */
function gatedMlp(params: Params, x: Tensor, hidden: number): Tensor {
  const both = linearLayer(params.scope('fc1'), x, { out: 2 * hidden });
  const [value, gate] = split(both, { axis: 3, sizes: [hidden, hidden] });
  return linearLayer(params.scope('fc2'), mul(value, gelu(gate)), { out: x.shape[3] });
}
