/** PNN: three convolutions over the enlarged MS and PAN. Masi, Cozzolino, Verdoliva, Scarpa 2016. */

import { concat, type Params, pad2d, relu, type StateDict, type Tensor } from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import { shapeReader } from '../shape-reader.js';

export interface PnnConfig {
  readonly msBands: number;
  readonly panBands: number;
  /** Channels of the two hidden layers. */
  readonly channels: readonly [number, number];
  /** Sides of the three kernels. */
  readonly kernels: readonly [number, number, number];
}

export function pnnConfig({
  msBands,
  panBands = 1,
}: {
  readonly msBands: number;
  readonly panBands?: number;
}): PnnConfig {
  return { msBands, panBands, channels: [64, 32], kernels: [9, 5, 5] };
}

/** @throws GraphError where they are weights of another network */
export function pnnConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): PnnConfig {
  const shapeOf = shapeReader(weights, { file, network: 'PNN', axes: 4 });
  const [first, inputs, k1] = shapeOf('conv1.weight');
  const [second, , k2] = shapeOf('conv2.weight');
  const [msBands, , k3] = shapeOf('conv3.weight');
  return {
    msBands,
    panBands: inputs - msBands,
    channels: [first, second],
    kernels: [k1, k2, k3],
  };
}

export interface PnnInputs {
  /** MS enlarged to PAN's size [b, msBands, h, w], divided by the sensor's largest value */
  readonly lms: Tensor;
  /** [b, panBands, h, w], divided by the same */
  readonly pan: Tensor;
}

/** PAN pixels on each side that an output pixel sees. */
export const pnnReach = ({ kernels }: PnnConfig) =>
  kernels.reduce((sum, kernel) => sum + (kernel - 1) / 2, 0);

/** The sharpened image [b, msBands, h, w], not clamped. */
export function pnn(config: PnnConfig, params: Params, { lms, pan }: PnnInputs): Tensor {
  const { channels, kernels, msBands } = config;
  const layer = (k: number, x: Tensor) =>
    convLayer(params.scope(`conv${k + 1}`), x, {
      out: [...channels, msBands][k],
      kernel: kernels[k],
    });
  // One border for all three, by repeating edge pixels, as the published weights were trained.
  const padded = pad2d(concat([lms, pan], { axis: 1 }), pnnReach(config), { mode: 'replicate' });
  return layer(2, relu(layer(1, relu(layer(0, padded)))));
}
