/**
 * Convolution in ONNX Runtime's own blocked layout (NCHWc: channels in blocks of 8 or 16 beside
 * each other). It chooses these kernels by itself only for constant weights; training feeds its
 * weights, so it asks for them: a third less time per convolution.
 */

import { onnx, type Tensor } from '../core/tensor.js';
import { reshape } from './broadcast.js';
import { transpose } from './layout.js';

/** Domain of the operators that work on blocks. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

interface BlockedOptions {
  readonly bias: Tensor | undefined;
  /** Attributes of ONNX's Conv. */
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
  readonly groups: number;
  readonly shape: readonly number[];
  readonly block: number;
}

/** How the weights of a convolution are blocked, if the kernels take it at all. */
function kindOf(
  x: Tensor,
  weight: Tensor,
  { groups, block }: Pick<BlockedOptions, 'groups' | 'block'>,
): 'full' | 'depthwise' | 'few' | undefined {
  const [inputs, [out, perGroup]] = [x.shape[1], weight.shape];
  if (x.shape.length !== 4 || x.dtype !== 'float32' || out % block !== 0) return undefined;
  if (groups > 1 && groups === out && perGroup === 1) return 'depthwise';
  if (groups === 1 && inputs < block) return 'few';
  return perGroup % block === 0 && (out / groups) % block === 0 ? 'full' : undefined;
}

/** Converts an image to blocks; the shape it bears stays the same. */
export function toBlocks(x: Tensor): Tensor {
  return onnx('ReorderInput', [x], { domain: BLOCKED_DOMAIN, outputs: [x] })[0];
}

function fromBlocks(x: Tensor): Tensor {
  const attributes = { channels: x.shape[1] };
  return onnx('ReorderOutput', [x], { domain: BLOCKED_DOMAIN, attributes, outputs: [x] })[0];
}

/** [out, in, kh, kw] with blocks of output channels, and of input channels if `full`, innermost. */
function blockedWeight(weight: Tensor, block: number, kind: 'full' | 'other'): Tensor {
  const [out, inputs, tall, wide] = weight.shape;
  const split =
    kind === 'full'
      ? reshape(weight, [out / block, block, inputs / block, block, tall, wide])
      : reshape(weight, [out / block, block, inputs, tall, wide]);
  const order = kind === 'full' ? [0, 2, 4, 5, 3, 1] : [0, 2, 3, 4, 1];
  return reshape(transpose(split, order), weight.shape);
}

/** The convolution, or undefined where the kernels do not take its channels. */
export function blockedConv(
  x: Tensor,
  weight: Tensor,
  options: BlockedOptions,
): Tensor | undefined {
  const { bias, attributes, shape, block } = options;
  const kind = kindOf(x, weight, options);
  if (kind === undefined) return undefined;
  const image = kind === 'few' ? x : toBlocks(x);
  const filter = blockedWeight(weight, block, kind === 'full' ? 'full' : 'other');
  const [y] = onnx('Conv', bias ? [image, filter, bias] : [image, filter], {
    domain: BLOCKED_DOMAIN,
    attributes,
    outputs: [{ shape, dtype: x.dtype }],
  });
  return fromBlocks(y);
}
