/** CANNet's blocks, under the names that the published weights use. */

import { add, leakyRelu, type Params, type Tensor, transpose } from '@bandweave/graph';
import { convLayer, convTransposeLayer } from '@bandweave/nn';
import { type CanConvOptions, canConv, type Guide } from './canconv.js';

/** How a residual block convolves: adaptively by a guide, or plainly. */
export type BlockGuide = Guide | { readonly kind: 'none' };

export interface ResidualOptions extends Pick<CanConvOptions, 'onFactors'> {
  readonly guide: BlockGuide;
  readonly layer: string;
}

/** x + two convolutions of the same width, both by the same guide. */
export function residual(
  params: Params,
  x: Tensor,
  { guide, layer, onFactors }: ResidualOptions,
): Tensor {
  const out = x.shape[1];
  if (guide.kind === 'none') {
    const conv = (name: string, y: Tensor) =>
      convLayer(params.scope(name), y, { out, kernel: 3, padding: 1 });
    return add(x, conv('conv2', leakyRelu(conv('conv1', x))));
  }
  const conv = (name: string, y: Tensor) =>
    canConv(params.scope(name), y, { out, guide, layer: `${layer}.${name}`, onFactors });
  const tokens = transpose(x, [0, 2, 3, 1]);
  const r = conv('conv2', leakyRelu(conv('conv1', tokens)));
  return transpose(add(tokens, r), [0, 3, 1, 2]);
}

/** Half the size, twice the channels. */
export function down(params: Params, x: Tensor): Tensor {
  const c = x.shape[1];
  const at = (i: number) => params.scope(`conv.${i}`);
  const half = leakyRelu(convLayer(at(0), x, { out: c, kernel: 2, stride: 2 }));
  const own = convLayer(at(2), half, { out: c, kernel: 3, padding: 1, groups: c, bias: 'no' });
  return convLayer(at(3), own, { out: 2 * c, kernel: 1 });
}

/** Twice the size, half the channels, with what the way down left at that size added. */
export function up(params: Params, x: Tensor, skip: Tensor): Tensor {
  const c = x.shape[1] / 2;
  const wide = convTransposeLayer(params.scope('conv1'), x, { out: c, kernel: 2, stride: 2 });
  const joined = add(leakyRelu(wide), skip);
  const at = (i: number) => params.scope(`conv2.${i}`);
  const own = convLayer(at(0), joined, { out: c, kernel: 3, padding: 1, groups: c, bias: 'no' });
  return leakyRelu(convLayer(at(1), own, { out: c, kernel: 1 }));
}
