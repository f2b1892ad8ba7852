/** FusionMamba: a small U of fusion blocks over a spatial and a spectral branch. */

import {
  add,
  GraphError,
  leakyRelu,
  mul,
  type Params,
  showShape,
  type Tensor,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import {
  type Branches,
  down,
  finalFusionBlock,
  fusionBlock,
  spectralAttention,
  up,
  upsample,
} from './blocks.js';
import type { FusionMambaConfig } from './config.js';

export interface FusionMambaInputs {
  /** [b, msBands, h, w], divided by the sensor's largest value */
  readonly ms: Tensor;
  /** [b, panBands, h·ratio, w·ratio], divided by the same */
  readonly pan: Tensor;
}

export interface FusionMamba {
  readonly config: FusionMambaConfig;
  /** The sharpened image [b, msBands, h·ratio, w·ratio], not clamped. */
  build(params: Params, inputs: FusionMambaInputs): Tensor;
}

/** The network of a configuration; its size is that of what it is given, in multiples of four. */
export function fusionMamba(config: FusionMambaConfig): FusionMamba {
  return { config, build: (params, inputs) => build(config, params, inputs) };
}

function build(config: FusionMambaConfig, params: Params, { ms, pan }: FusionMambaInputs): Tensor {
  checkInputs(config, { ms, pan });
  const { dim, msBands, ratio, fusion = 'crossed', upsampling = 'all-bands' } = config;
  const stage = (k: number) => params.scope(`stage${k}`);
  const raise = (name: string, x: Tensor) =>
    leakyRelu(convLayer(params.scope(name), x, { out: dim, kernel: 3, padding: 1 }));
  // One set of weights resamples both branches.
  const both = (
    f: (p: Params, x: Tensor) => Tensor,
    k: number,
    { spatial, spectral }: Branches,
  ) => ({
    spatial: f(stage(k).scope('sample'), spatial),
    spectral: f(stage(k).scope('sample'), spectral),
  });
  const rise = (k: number, low: Branches, skip: Branches): Branches => ({
    spatial: up(stage(k).scope('sample'), low.spatial, skip.spatial),
    spectral: up(stage(k).scope('sample'), low.spectral, skip.spectral),
  });

  const join = (k: number, branches: Branches) =>
    fusionBlock(stage(k).scope('fm'), branches, fusion);
  const raised = upsample(params.scope('upsample'), ms, { ratio, from: upsampling });
  const start = {
    spatial: raise('raise_pan_dim.0', pan),
    spectral: raise('raise_ms_dim.0', raised),
  };
  const full = join(0, start);
  const half = join(1, both(down, 0, full));
  const quarter = join(2, both(down, 1, half));
  const halfAgain = join(3, rise(2, quarter, half));
  const fused = finalFusionBlock(stage(4), rise(3, halfAgain, full), fusion);

  const head = params.scope('to_hrms');
  const hidden = leakyRelu(convLayer(head.scope('0'), fused, { out: dim, kernel: 3, padding: 1 }));
  const detail = convLayer(head.scope('2'), hidden, { out: msBands, kernel: 3, padding: 1 });
  const weights = spectralAttention(params.scope('spe_attn'), ms, { dim });
  return add(mul(detail, weights), raised);
}

function checkInputs(
  { panBands, msBands, ratio }: FusionMambaConfig,
  { ms, pan }: FusionMambaInputs,
): void {
  const [b, , h, w] = ms.shape;
  const [tall, wide] = [h * ratio, w * ratio];
  const fits =
    showShape(ms.shape) === showShape([b, msBands, h, w]) &&
    showShape(pan.shape) === showShape([b, panBands, tall, wide]) &&
    tall % 4 === 0 &&
    wide % 4 === 0;
  if (fits) return;
  throw new GraphError(
    `fusionMamba: expected ms [b,${msBands},h,w] and pan [b,${panBands},${ratio}h,${ratio}w] in multiples of 4, got ${showShape(ms.shape)} and ${showShape(pan.shape)}.`,
  );
}
