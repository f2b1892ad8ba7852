/**
 * SwinIR: image restoration with shifted windows. Liang, Cao, Sun, Zhang, Van Gool, Timofte 2021.
 * Parameters bear the names of the published state dicts.
 */

import {
  add,
  constant,
  type Initializer,
  leakyRelu,
  mul,
  type Params,
  pad2d,
  pixelShuffle,
  resize,
  slice,
  sub,
  type Tensor,
  transpose,
  zerosInit,
} from '@bandweave/graph';
import { convLayer, layerNormLayer } from '@bandweave/nn';
import { carryingInit, interpolatingInit } from '../super-resolution/initial-values.js';
import { PICTURE_MEAN, shuffleUpsampler } from '../super-resolution/parts.js';
import { swinBlock } from './block.js';
import type { SwinIrConfig } from './config.js';

/** Features before the pixel shuffle, whatever the embedding. */
const SHUFFLE_FEATURES = 64;

const conv3 = (params: Params, x: Tensor, out: number, init?: Initializer) =>
  convLayer(params, x, { out, kernel: 3, padding: 1, ...(init && { init }) });

/** [b, colors, h, w] in 0..1 to [b, colors, scale h, scale w], not clamped. */
export function swinIr(config: SwinIrConfig, params: Params, image: Tensor): Tensor {
  const { window, scale, range, colors, embed } = config;
  const [, , height, width] = image.shape;
  // The published forward reflects below and to the right up to whole windows.
  const below = (window - (height % window)) % window;
  const right = (window - (width % window)) % window;
  const whole = below + right > 0 ? pad2d(image, [0, below, 0, right], { mode: 'reflect' }) : image;
  const mean = constant(
    Array.from({ length: colors }, (_, c) => (colors === 3 ? PICTURE_MEAN[c] : 0)),
    [1, colors, 1, 1],
    image.dtype,
  );
  const x = mul(sub(whole, mean), range);
  const carried = embed >= colors ? colors : 0;
  const first = conv3(params.scope('conv_first'), x, embed, carryingInit(carried));
  const deep = connection(params.scope('conv_after_body'), features(config, params, first), {
    ...config,
    init: zerosInit,
  });
  const enlarged = upsample(config, params, add(deep, first), x);
  const y = add(mul(enlarged, 1 / range), mean);
  if (below + right === 0) return y;
  return slice(y, [
    { axis: 2, stop: height * scale },
    { axis: 3, stop: width * scale },
  ]);
}

/** The residual groups over normalised positions, [b, c, h, w] in and out. */
function features(config: SwinIrConfig, params: Params, image: Tensor): Tensor {
  const { depths, heads, window, hidden, shifted } = config;
  let x = layerNormLayer(params.scope('patch_embed.norm'), transpose(image, [0, 2, 3, 1]));
  for (const [g, depth] of depths.entries()) {
    const group = params.scope(`layers.${g}`);
    let y = x;
    for (let k = 0; k < depth; k++) {
      const shift = shifted(g, k) ? Math.floor(window / 2) : 0;
      const options = { heads: heads[g], window, hidden, shift };
      y = swinBlock(group.scope(`residual_group.blocks.${k}`), y, options);
    }
    const planes = connection(group.scope('conv'), transpose(y, [0, 3, 1, 2]), config);
    x = add(x, transpose(planes, [0, 2, 3, 1]));
  }
  return transpose(layerNormLayer(params.scope('norm'), x), [0, 3, 1, 2]);
}

/** One 3 x 3 convolution, or 3 x 3, 1 x 1, 3 x 3 through a quarter of the features. */
function connection(
  params: Params,
  x: Tensor,
  { connection: kind, embed, init }: SwinIrConfig & { readonly init?: Initializer },
): Tensor {
  if (kind === '1conv') return conv3(params, x, embed, init);
  const quarter = Math.floor(embed / 4);
  const narrow = leakyRelu(conv3(params.scope('0'), x, quarter), { slope: 0.2 });
  const middle = convLayer(params.scope('2'), narrow, { out: quarter, kernel: 1 });
  return conv3(params.scope('4'), leakyRelu(middle, { slope: 0.2 }), embed, init);
}

function upsample(config: SwinIrConfig, params: Params, x: Tensor, input: Tensor): Tensor {
  const { upsampler, scale, colors } = config;
  const last = (t: Tensor) => conv3(params.scope('conv_last'), t, colors);
  if (upsampler === 'none') return add(input, last(x));
  if (upsampler === 'pixelshuffledirect') {
    const init = interpolatingInit({ colors: x.shape[1] >= colors ? colors : 0, ratio: scale });
    const wide = conv3(params.scope('upsample.0'), x, colors * scale ** 2, init);
    return pixelShuffle(wide, { ratio: scale });
  }
  // PyTorch's own slope here, another one in the other layers.
  const before = leakyRelu(conv3(params.scope('conv_before_upsample.0'), x, SHUFFLE_FEATURES));
  if (upsampler === 'pixelshuffle') {
    return last(shuffleUpsampler(params.scope('upsample'), before, { scale }));
  }
  const doubled = (name: string, t: Tensor) => {
    const size = [2 * t.shape[2], 2 * t.shape[3]] as const;
    const large = resize(t, { size, mode: 'nearest' });
    return leakyRelu(conv3(params.scope(name), large, SHUFFLE_FEATURES), { slope: 0.2 });
  };
  const once = doubled('conv_up1', before);
  const y = scale === 4 ? doubled('conv_up2', once) : once;
  return last(leakyRelu(conv3(params.scope('conv_hr'), y, SHUFFLE_FEATURES), { slope: 0.2 }));
}
