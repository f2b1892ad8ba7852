/** CLIP's text encoder: a causal transformer. Radford et al. 2021. */

import {
  add,
  constant,
  gather,
  normalInit,
  type Params,
  slice,
  type Tensor,
} from '@bandweave/graph';
import { layerNormLayer } from '@bandweave/nn';
import type { ClipTextConfig } from './config.js';
import { clipLayers } from './layers.js';

export interface TextEncoding {
  /** After the last norm [texts, tokens, width]: what conditions Stable Diffusion. */
  readonly hidden: Tensor;
  /** Token and position embeddings together. */
  readonly embedded: Tensor;
  /** What each layer gives. */
  readonly layers: readonly Tensor[];
}

/**
 * @param params holds `text_model.*`
 * @param ids int64 [texts, tokens], at most `context` of them
 */
export function clipText(config: ClipTextConfig, params: Params, ids: Tensor): TextEncoding {
  const { width, vocabulary, context, eps } = config;
  const length = ids.shape[1];
  const model = params.scope('text_model');
  const table = (name: string, rows: number) =>
    model.get(`embeddings.${name}.weight`, [rows, width], normalInit(0.02));
  const words = gather(table('token_embedding', vocabulary), ids, { axis: 0 });
  const places = slice(table('position_embedding', context), [{ axis: 0, stop: length }]);
  const embedded = add(words, places);
  const layers: Tensor[] = [];
  const last = clipLayers(config, model, embedded, {
    mask: causalMask(length),
    watch: (_, x) => layers.push(x),
  });
  return {
    hidden: layerNormLayer(model.scope('final_layer_norm'), last, { eps }),
    embedded,
    layers,
  };
}

/** bool [1, 1, n, n]: a token sees those before it and itself. */
export function causalMask(n: number): Tensor {
  const seen = Array.from({ length: n * n }, (_, at) => (at % n <= Math.floor(at / n) ? 1 : 0));
  return constant(seen, [1, 1, n, n], 'bool');
}
