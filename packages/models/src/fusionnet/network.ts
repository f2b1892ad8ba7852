/**
 * FusionNet: a residual network over the difference of PAN and every enlarged band. Deng, Vivone,
 * Jin, Chanussot 2021, Detail injection-based deep convolutional neural networks.
 */

import {
  add,
  expand,
  type Params,
  relu,
  type StateDict,
  sub,
  type Tensor,
  transpose,
} from '@bandweave/graph';
import { convLayer, residualBlock } from '@bandweave/nn';
import { canConv } from '../cannet/canconv.js';
import { imagePartition } from '../cannet/partition.js';
import { shapeReader } from '../shape-reader.js';

export interface FusionNetConfig {
  readonly msBands: number;
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
  /** `adaptive`: CANConv in the blocks, as its paper shows that it serves other networks. */
  readonly convolution: 'plain' | 'adaptive';
}

/** CANNet's. */
const CLUSTERS = { clusters: 32, threshold: 0.005 };

export function fusionNetConfig({ msBands }: { readonly msBands: number }): FusionNetConfig {
  return { msBands, channels: 32, blocks: 4, convolution: 'plain' };
}

/** @throws GraphError where they are weights of another network */
export function fusionNetConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): FusionNetConfig {
  const shapeOf = shapeReader(weights, { file, network: 'FusionNet', axes: 4 });
  const [channels, msBands] = shapeOf('conv1.weight');
  let blocks = 0;
  const convolution = weights.has('res1.conv20.kernels') ? 'adaptive' : 'plain';
  const name = convolution === 'adaptive' ? 'kernels' : 'weight';
  while (weights.has(`res${blocks + 1}.conv20.${name}`)) blocks += 1;
  return { msBands, channels, blocks, convolution };
}

export interface FusionNetInputs {
  /** MS enlarged to PAN's size [b, msBands, h, w], divided by the sensor's largest value */
  readonly lms: Tensor;
  /** [b, 1, h, w], divided by the same */
  readonly pan: Tensor;
}

/** PAN pixels on each side that an output pixel sees. */
export const fusionNetReach = ({ blocks }: FusionNetConfig) => 2 + 2 * blocks;

/** The sharpened image [b, msBands, h, w], not clamped. */
export function fusionNet(
  { msBands, channels, blocks, convolution }: FusionNetConfig,
  params: Params,
  { lms, pan }: FusionNetInputs,
): Tensor {
  const conv = (name: string, x: Tensor, out: number) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1 });
  let x = relu(conv('conv1', sub(expand(pan, lms.shape), lms), channels));
  const scopes = Array.from({ length: blocks }, (_, k) => params.scope(`res${k + 1}`));
  if (convolution === 'adaptive') x = adaptiveBlocks(scopes, x);
  else for (const scope of scopes) x = residualBlock(scope, x);
  return add(lms, conv('conv3', x, msBands));
}

/** The residual blocks with kernels that adapt to clusters, found once on what enters the first. */
function adaptiveBlocks(scopes: readonly Params[], x: Tensor): Tensor {
  const guide = { kind: 'clusters', partition: imagePartition(x, CLUSTERS) } as const;
  const out = x.shape[1];
  let y = transpose(x, [0, 2, 3, 1]);
  for (const scope of scopes) {
    const conv = (layer: string, z: Tensor) =>
      canConv(scope.scope(layer), z, { out, guide, layer });
    y = add(y, conv('conv21', relu(conv('conv20', y))));
  }
  return transpose(y, [0, 3, 1, 2]);
}
