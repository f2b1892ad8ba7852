/**
 * A plain residual network that corrects an image that is already good: 3 x 3 convolutions and
 * ReLU, a last layer that begins as zero. Ours; the blocks are those of Lim et al. 2017 (EDSR).
 */

import {
  add,
  concat,
  conv2d,
  type Params,
  relu,
  resize,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import type { NetworkInputs } from '../definition.js';
import type { ResCnnConfig } from './config.js';

/** lms + what the network finds wrong with it, [b, msBands, height, width]. */
export function resCnn(config: ResCnnConfig) {
  return (params: Params, { pan, ms, lms, bases = lms }: NetworkInputs): Tensor => {
    const [height, across] = pan.shape.slice(2);
    // Beside a base the MS itself tells what was injected. Half a MS pixel off, which is learned.
    const spectral = resize(ms, { size: [height, across] });
    return add(lms, trunk(config, params, concat([pan, spectral, bases], { axis: 1 })));
  };
}

function trunk({ width, blocks, msBands }: ResCnnConfig, params: Params, x: Tensor): Tensor {
  const conv = (name: string, input: Tensor) =>
    convLayer(params.scope(name), input, { out: width, kernel: 3, padding: 1 });
  let y = relu(conv('head', x));
  for (let i = 0; i < blocks; i++) {
    y = add(y, conv(`body.${i}.1`, relu(conv(`body.${i}.0`, y))));
  }
  const tail = params.scope('tail');
  const weight = tail.get('weight', [msBands, width, 3, 3], zerosInit);
  return conv2d(y, weight, { padding: 1, bias: tail.get('bias', [msBands], zerosInit) });
}
