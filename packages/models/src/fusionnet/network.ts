/**
 * FusionNet: a residual network over the difference of PAN and every enlarged band. Deng, Vivone,
 * Jin, Chanussot 2021, Detail injection-based deep convolutional neural networks.
 */

import { add, expand, type Params, relu, type StateDict, sub, type Tensor } from '@bandweave/graph';
import { convLayer, residualBlock } from '@bandweave/nn';
import { shapeReader } from '../shape-reader.js';

export interface FusionNetConfig {
  readonly msBands: number;
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
}

export function fusionNetConfig({ msBands }: { readonly msBands: number }): FusionNetConfig {
  return { msBands, channels: 32, blocks: 4 };
}

/** @throws GraphError where they are weights of another network */
export function fusionNetConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): FusionNetConfig {
  const shapeOf = shapeReader(weights, { file, network: 'FusionNet', axes: 4 });
  const [channels, msBands] = shapeOf('conv1.weight');
  let blocks = 0;
  while (weights.has(`res${blocks + 1}.conv20.weight`)) blocks += 1;
  return { msBands, channels, blocks };
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
  { msBands, channels, blocks }: FusionNetConfig,
  params: Params,
  { lms, pan }: FusionNetInputs,
): Tensor {
  const conv = (name: string, x: Tensor, out: number) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1 });
  let x = relu(conv('conv1', sub(expand(pan, lms.shape), lms), channels));
  for (let k = 1; k <= blocks; k++) x = residualBlock(params.scope(`res${k}`), x);
  return add(lms, conv('conv3', x, msBands));
}
