/**
 * The Haar wavelet in two dimensions, one level, as a strided convolution: faster in ONNX Runtime
 * than sums of strided slices or an unshuffle with a product. Haar 1910.
 */

import { opError, showShape } from '../core/shape.js';
import { constant, type Tensor } from '../core/tensor.js';
import { reshape } from './broadcast.js';
import { conv2d, convTranspose2d } from './conv.js';

/** For a block [[a, b], [c, d]], in the order and with the signs of PyWavelets' cA, cH, cV, cD. */
const FILTERS = [
  [0.5, 0.5, 0.5, 0.5],
  [0.5, 0.5, -0.5, -0.5],
  [0.5, -0.5, 0.5, -0.5],
  [0.5, -0.5, -0.5, 0.5],
];

const filters = (x: Tensor) => constant(FILTERS.flat(), [4, 1, 2, 2], x.dtype);

/**
 * [batch, channels, height, width] -> [batch, channels, 4, height/2, width/2]: the mean times two,
 * and the differences down, across and crosswise. The transform is orthonormal: energy is kept,
 * and its gradient is its inverse.
 */
export function haar2(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  if (x.shape.length !== 4 || height % 2 !== 0 || width % 2 !== 0) {
    throw opError(
      'haar2',
      '[batch,channels,height,width] of even height and width',
      showShape(x.shape),
      'pad it',
    );
  }
  const planes = reshape(x, [batch * channels, 1, height, width]);
  const bands = conv2d(planes, filters(x), { stride: 2 });
  return reshape(bands, [batch, channels, 4, height / 2, width / 2]);
}

/** The inverse of `haar2`. */
export function inverseHaar2(bands: Tensor): Tensor {
  const [batch, channels, four, height, width] = bands.shape;
  if (bands.shape.length !== 5 || four !== 4) {
    throw opError('inverseHaar2', '[batch,channels,4,height,width]', showShape(bands.shape));
  }
  const planes = reshape(bands, [batch * channels, 4, height, width]);
  const image = convTranspose2d(planes, filters(bands), { stride: 2 });
  return reshape(image, [batch, channels, 2 * height, 2 * width]);
}
