/** EDSR's body without enlargement: what encodes guide and cube. */

import { add, type Params, type Tensor } from '@bandweave/graph';
import { convLayer, residualBlock } from '@bandweave/nn';

/** Head convolution, residual blocks, one more convolution, the head added. */
export function encoder(
  params: Params,
  x: Tensor,
  { width, blocks }: { readonly width: number; readonly blocks: number },
): Tensor {
  const conv = { out: width, kernel: 3, padding: 1 };
  const head = convLayer(params.scope('head.0'), x, conv);
  let body = head;
  for (let k = 0; k < blocks; k++) {
    body = residualBlock(params.scope(`body.${k}.body`), body, { names: ['0', '2'] });
  }
  return add(head, convLayer(params.scope(`body.${blocks}`), body, conv));
}
