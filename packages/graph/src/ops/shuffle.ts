/** Exchanging space for channels. */

import { opError, showShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { reshape } from './broadcast.js';
import { transpose } from './layout.js';

/** [b, c·r², h, w] → [b, c, h·r, w·r]. Shi et al. 2016. */
export function pixelShuffle(x: Tensor, { ratio }: { readonly ratio: number }): Tensor {
  const [b, wide, h, w] = x.shape;
  if (x.shape.length !== 4 || wide % ratio ** 2 !== 0) {
    throw opError('pixelShuffle', `[batch,c·${ratio ** 2},h,w]`, showShape(x.shape));
  }
  const c = wide / ratio ** 2;
  const split = reshape(x, [b, c, ratio, ratio, h, w]);
  return reshape(transpose(split, [0, 1, 4, 2, 5, 3]), [b, c, h * ratio, w * ratio]);
}

/** [b, c, h·r, w·r] → [b, c·r², h, w]: the inverse of `pixelShuffle`. */
export function pixelUnshuffle(x: Tensor, { ratio }: { readonly ratio: number }): Tensor {
  const [b, c, tall, long] = x.shape;
  if (x.shape.length !== 4 || tall % ratio !== 0 || long % ratio !== 0) {
    throw opError('pixelUnshuffle', `[batch,c,h·${ratio},w·${ratio}]`, showShape(x.shape));
  }
  const [h, w] = [tall / ratio, long / ratio];
  const split = reshape(x, [b, c, h, ratio, w, ratio]);
  return reshape(transpose(split, [0, 1, 3, 5, 2, 4]), [b, c * ratio ** 2, h, w]);
}
