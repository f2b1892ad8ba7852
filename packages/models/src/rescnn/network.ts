/**
 * A plain residual network that corrects an image that is already good: 3 x 3 convolutions and
 * ReLU, a last layer that begins as zero. Ours; the blocks are those of Lim et al. 2017 (EDSR).
 */

import {
  add,
  concat,
  conv2d,
  expand,
  mean,
  type Params,
  relu,
  reshape,
  resize,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import type { NetworkInputs } from '../definition.js';
import type { ResCnnConfig } from './config.js';

/** lms + what the network finds wrong with it, [b, msBands, height, width]. */
export function resCnn(config: ResCnnConfig) {
  return (params: Params, { pan, ms, lms }: NetworkInputs): Tensor => {
    const [height, across] = pan.shape.slice(2);
    // Beside a base the MS itself tells what was injected. Half a MS pixel off, which is learned.
    const spectral = resize(ms, { size: [height, across] });
    if (config.bands === 'joint') {
      return add(lms, trunk(config, params, concat([pan, spectral, lms], { axis: 1 })));
    }
    const [b, bands] = lms.shape;
    const apart = (x: Tensor) => reshape(x, [b * bands, 1, height, across]);
    const repeated = (x: Tensor) => apart(expand(x, [b, bands, height, across]));
    const others = mean(lms, { axes: [1], keepDims: true });
    const seen = [repeated(pan), apart(spectral), apart(lms), repeated(others)];
    const detail = trunk(config, params, concat(seen, { axis: 1 }));
    return add(lms, reshape(detail, lms.shape));
  };
}

function trunk({ width, blocks, bands, msBands }: ResCnnConfig, params: Params, x: Tensor): Tensor {
  const conv = (name: string, input: Tensor) =>
    convLayer(params.scope(name), input, { out: width, kernel: 3, padding: 1 });
  let y = relu(conv('head', x));
  for (let i = 0; i < blocks; i++) {
    y = add(y, conv(`body.${i}.1`, relu(conv(`body.${i}.0`, y))));
  }
  const tail = params.scope('tail');
  const out = bands === 'joint' ? msBands : 1;
  const weight = tail.get('weight', [out, width, 3, 3], zerosInit);
  return conv2d(y, weight, { padding: 1, bias: tail.get('bias', [out], zerosInit) });
}
