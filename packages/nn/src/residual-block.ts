/** The plain residual block of small fusion networks. He et al. 2016, without its norms. */

import { add, type Params, relu, type Tensor } from '@bandweave/graph';
import { convLayer } from './layers.js';

/** x + conv(relu(conv(x))), 3x3, the channels of x; nothing after the sum. */
export function residualBlock(
  params: Params,
  x: Tensor,
  { names = ['conv20', 'conv21'] }: { readonly names?: readonly [string, string] } = {},
): Tensor {
  const options = { out: x.shape[1], kernel: 3, padding: 1 };
  const hidden = relu(convLayer(params.scope(names[0]), x, options));
  return add(x, convLayer(params.scope(names[1]), hidden, options));
}
