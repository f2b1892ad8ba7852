/**
 * SBM's blocks: gated convolutions without activations (after Chen et al. 2022, NAFNet) that are
 * told the time, and what a level is told of PAN and MS. Our reading of the paper.
 */

import {
  add,
  channelNorm,
  concat,
  groupNorm,
  haar2,
  mean,
  mul,
  onesInit,
  type Params,
  reshape,
  resize,
  silu,
  slice,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer, linearLayer } from '@bandweave/nn';

/** x · (1 + scale) + shift, both halves of `both` along the channels. */
function modulated(x: Tensor, both: Tensor): Tensor {
  const c = x.shape[1];
  const scale = slice(both, [{ axis: 1, stop: c }]);
  const shift = slice(both, [{ axis: 1, start: c }]);
  return add(mul(x, add(scale, 1)), shift);
}

/** One half of the channels times the other. */
function gated(x: Tensor): Tensor {
  const half = x.shape[1] / 2;
  return mul(slice(x, [{ axis: 1, stop: half }]), slice(x, [{ axis: 1, start: half }]));
}

function norm(params: Params, x: Tensor): Tensor {
  const c = x.shape[1];
  return channelNorm(x, params.get('weight', [c], onesInit), {
    bias: params.get('bias', [c], zerosInit),
  });
}

/** Depthwise convolution and channel attention, then a gated perceptron, both as residuals. */
export function bridgeBlock(params: Params, x: Tensor, time: Tensor): Tensor {
  const [b, c] = x.shape;
  const conv = (name: string, t: Tensor, out: number) =>
    convLayer(params.scope(name), t, { out, kernel: 1 });
  const told = reshape(linearLayer(params.scope('time'), silu(time), { out: 2 * c }), [
    b,
    2 * c,
    1,
    1,
  ]);
  const wide = conv('expand', modulated(norm(params.scope('norm1'), x), told), 2 * c);
  const near = convLayer(params.scope('depthwise'), wide, {
    out: 2 * c,
    kernel: 3,
    padding: 1,
    groups: 2 * c,
  });
  const mixed = gated(near);
  const share = conv('channels', mean(mixed, { axes: [2, 3], keepDims: true }), c);
  const y = add(x, conv('project', mul(mixed, share), c));
  const hidden = gated(conv('mlp.0', norm(params.scope('norm2'), y), 2 * c));
  return add(y, conv('mlp.1', hidden, c));
}

/** What every level is told: MS, PAN, and PAN's differences down and across, at the level's size. */
export function conditions(pan: Tensor, lms: Tensor, levels: number): Tensor[] {
  const [b, p, h, w] = pan.shape;
  const differences = slice(haar2(pan), [{ axis: 2, start: 1, stop: 3 }]);
  const edges = reshape(differences, [b, 2 * p, h / 2, w / 2]);
  return Array.from({ length: levels }, (_, level) => {
    const size = [h / 2 ** level, w / 2 ** level] as const;
    const sized = (x: Tensor) => {
      const shrinks = x.shape[2] > size[0];
      return resize(x, { size, mode: 'bilinear', antialias: shrinks });
    };
    return concat([sized(lms), sized(pan), sized(edges)], { axis: 1 });
  });
}

/** x scaled and shifted as a level's conditions say; at first it is left as it is. */
export function injected(params: Params, x: Tensor, condition: Tensor): Tensor {
  const c = x.shape[1];
  const seen = convLayer(params.scope('see'), condition, { out: c, kernel: 3, padding: 1 });
  const scope = params.scope('norm');
  const normed = groupNorm(seen, {
    groups: c % 8 === 0 ? 8 : 1,
    weight: scope.get('weight', [c], onesInit),
    bias: scope.get('bias', [c], zerosInit),
  });
  return modulated(x, zeroConv(params.scope('tell'), silu(normed), { out: 2 * c, kernel: 1 }));
}

/** A convolution that begins as zero. */
export function zeroConv(
  params: Params,
  x: Tensor,
  { out, kernel }: { readonly out: number; readonly kernel: 1 | 3 },
): Tensor {
  params.get('weight', [out, x.shape[1], kernel, kernel], zerosInit);
  params.get('bias', [out], zerosInit);
  return convLayer(params, x, { out, kernel, padding: (kernel - 1) / 2 });
}
