/**
 * One band at a time: a residual network that corrects classical results of a single band beside
 * PAN, by the same weights for all bands, so that any sensor's images can teach it and any sensor's
 * images can be given to it. It sees differences alone and has no biases, so a scene of other
 * brightness or contrast is corrected in proportion: f(a x + c) = a f(x) + c. Ours; the blocks are
 * those of Lim et al. 2017 (EDSR), the argument for leaving out biases is of Mohan et al. 2020.
 */

import {
  add,
  concat,
  constant,
  conv2d,
  expand,
  type Params,
  pad2d,
  relu,
  reshape,
  slice,
  sub,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import type { NetworkInputs } from '../definition.js';
import type { BandwiseConfig } from './config.js';

/** Side of the mean that PAN and lms are seen less of. */
const LOCAL = 9;

/** lms + what the network finds wrong with each band of it, [b, msBands, height, width]. */
export function bandwise({ width, blocks }: Pick<BandwiseConfig, 'width' | 'blocks'>) {
  return (params: Params, { pan, lms, bases = lms }: NetworkInputs): Tensor => {
    const [b, bands, height, across] = lms.shape;
    const apart = (x: Tensor) => reshape(x, [b * bands, 1, height, across]);
    const begun = apart(lms);
    const sharp = apart(expand(lessLocal(pan), [b, bands, height, across]));
    const count = bases.shape[1] / bands;
    const each = reshape(bases, [b, count, bands, height, across]);
    const details = Array.from({ length: count }, (_, i) =>
      sub(apart(slice(each, [{ axis: 1, start: i, stop: i + 1 }])), begun),
    );
    const conv = (name: string, input: Tensor) =>
      convLayer(params.scope(name), input, { out: width, kernel: 3, padding: 1, bias: 'no' });
    let y = relu(conv('head', concat([sharp, lessLocal(begun), ...details], { axis: 1 })));
    for (let i = 0; i < blocks; i++) {
      y = add(y, conv(`body.${i}.1`, relu(conv(`body.${i}.0`, y))));
    }
    const weight = params.scope('tail').get('weight', [1, width, 3, 3], zerosInit);
    return add(lms, reshape(conv2d(y, weight, { padding: 1 }), lms.shape));
  };
}

/** x of one channel less its mean around, the border continued. */
function lessLocal(x: Tensor): Tensor {
  const mean = constant(new Float32Array(LOCAL ** 2).fill(1 / LOCAL ** 2), [1, 1, LOCAL, LOCAL]);
  return sub(x, conv2d(pad2d(x, LOCAL >> 1, { mode: 'replicate' }), mean));
}
