/**
 * PanNet: a residual network that sees only high frequencies, so that it learns detail and not the
 * sensor's radiometry. Yang, Fu, Hu, Huang, Ding, Paisley 2017.
 */

import {
  add,
  concat,
  constant,
  conv2d,
  type Params,
  pad2d,
  relu,
  reshape,
  type StateDict,
  sub,
  type Tensor,
} from '@bandweave/graph';
import { convLayer, convTransposeLayer, residualBlock } from '@bandweave/nn';
import { shapeReader } from '../shape-reader.js';

export interface PanNetConfig {
  readonly msBands: number;
  readonly panBands: number;
  /** MS pixel size over PAN pixel size; even, since the learned enlargement is centred. */
  readonly ratio: number;
  readonly channels: number;
  /** Residual blocks. */
  readonly blocks: number;
}

export function panNetConfig({
  msBands,
  panBands = 1,
  ratio = 4,
}: {
  readonly msBands: number;
  readonly panBands?: number;
  readonly ratio?: number;
}): PanNetConfig {
  return { msBands, panBands, ratio, channels: 32, blocks: 4 };
}

/** @throws GraphError where they are weights of another network */
export function panNetConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): PanNetConfig {
  const shapeOf = shapeReader(weights, { file, network: 'PanNet', axes: 4 });
  const [msBands, , side] = shapeOf('deconv.weight');
  const [channels, inputs] = shapeOf('conv1.weight');
  let blocks = 0;
  while (weights.has(`res${blocks + 1}.conv20.weight`)) blocks += 1;
  return { msBands, panBands: inputs - msBands, ratio: side / 2, channels, blocks };
}

export interface PanNetInputs {
  /** [b, msBands, h, w], divided by the sensor's largest value */
  readonly ms: Tensor;
  /** MS enlarged to PAN's size [b, msBands, h·ratio, w·ratio] */
  readonly lms: Tensor;
  /** [b, panBands, h·ratio, w·ratio] */
  readonly pan: Tensor;
}

/** PAN pixels on each side that an output pixel sees, apart from what enlarged the MS. */
export const panNetReach = ({ blocks, ratio }: PanNetConfig) =>
  2 + 2 * blocks + Math.max(2, 3 * ratio);

/** The sharpened image [b, msBands, h·ratio, w·ratio], not clamped. */
export function panNet(
  { msBands, ratio, channels, blocks }: PanNetConfig,
  params: Params,
  { ms, lms, pan }: PanNetInputs,
): Tensor {
  const raised = convTransposeLayer(params.scope('deconv'), highPass(ms), {
    out: msBands,
    kernel: 2 * ratio,
    stride: ratio,
    padding: ratio / 2,
  });
  const conv = (name: string, x: Tensor, out: number) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1 });
  let x = relu(conv('conv1', concat([raised, highPass(pan)], { axis: 1 }), channels));
  for (let k = 1; k <= blocks; k++) x = residualBlock(params.scope(`res${k}`), x);
  return add(lms, conv('conv3', x, msBands));
}

/** x less its mean over 5x5 pixels, mirrored at the border without repeating the edge. */
export function highPass(x: Tensor): Tensor {
  const [b, c, h, w] = x.shape;
  // Two pixels have nothing to mirror that far.
  const mode = Math.min(h, w) > 2 ? 'reflect' : 'replicate';
  const planes = pad2d(reshape(x, [b * c, 1, h, w]), 2, { mode });
  const box = constant(new Float32Array(25).fill(1 / 25), [1, 1, 5, 5]);
  return sub(x, reshape(conv2d(planes, box), x.shape));
}
