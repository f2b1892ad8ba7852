/** CLIP's image encoder: a vision transformer. Dosovitskiy et al. 2021; Radford et al. 2021. */

import {
  add,
  concat,
  expand,
  normalInit,
  type Params,
  reshape,
  slice,
  type Tensor,
  transpose,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { convLayer, layerNormLayer } from '@bandweave/nn';
import type { ClipImageConfig } from './config.js';
import { clipLayers } from './layers.js';

/**
 * What the class token becomes, after its norm [pictures, width].
 *
 * @param params holds `vision_model.*`
 * @param pixels normalised [pictures, colors, size, size]
 */
export function clipImage(config: ClipImageConfig, params: Params, pixels: Tensor): Tensor {
  const { width, patch, size, colors, eps } = config;
  const [pictures, ...sides] = pixels.shape;
  if (sides.join() !== [colors, size, size].join()) {
    throw new InputError(
      `clipImage: expected pictures of [${colors},${size},${size}], got [${sides}]; resize them first.`,
    );
  }
  const model = params.scope('vision_model');
  const embeddings = model.scope('embeddings');
  const planes = convLayer(embeddings.scope('patch_embedding'), pixels, {
    out: width,
    kernel: patch,
    stride: patch,
    bias: 'no',
  });
  const patches = transpose(reshape(planes, [pictures, width, -1]), [0, 2, 1]);
  const own = embeddings.get('class_embedding', [width], normalInit(0.02));
  const whole = concat([expand(reshape(own, [1, 1, width]), [pictures, 1, width]), patches], {
    axis: 1,
  });
  const places = embeddings.get(
    'position_embedding.weight',
    [whole.shape[1], width],
    normalInit(0.02),
  );
  // The name is misspelt in the published weights.
  const start = layerNormLayer(model.scope('pre_layrnorm'), add(whole, places), { eps });
  const last = clipLayers(config, model, start);
  const first = reshape(slice(last, [{ axis: 1, stop: 1 }]), [pictures, width]);
  return layerNormLayer(model.scope('post_layernorm'), first, { eps });
}
