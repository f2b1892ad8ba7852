/** Sizes of CLIP's encoders, read from the config.json of transformers or off the weights. */

import type { StateDict } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { fieldsOf } from '../config-fields.js';

export type ClipActivation = 'quick_gelu' | 'gelu';

/** What both encoders share. */
export interface ClipLayers {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** Of the perceptron. */
  readonly hidden: number;
  /** quick_gelu is x · sigmoid(1.702 x). */
  readonly activation: ClipActivation;
  readonly eps: number;
}

export interface ClipTextConfig extends ClipLayers {
  readonly vocabulary: number;
  readonly context: number;
}

export interface ClipImageConfig extends ClipLayers {
  /** Side of the square picture. */
  readonly size: number;
  readonly patch: number;
  readonly colors: number;
}

function layersOf(
  json: unknown,
  file: string,
  defaults: { width: number; heads: number; layers: number },
) {
  const { count, number, oneOf, wrong } = fieldsOf(json, file);
  const width = count('hidden_size', defaults.width);
  const heads = count('num_attention_heads', defaults.heads);
  if (width % heads !== 0) wrong('num_attention_heads', `a divisor of ${width}`);
  return {
    width,
    heads,
    layers: count('num_hidden_layers', defaults.layers),
    hidden: count('intermediate_size', 4 * width),
    activation: oneOf<ClipActivation>('hidden_act', ['quick_gelu', 'gelu'], 'quick_gelu'),
    eps: number('layer_norm_eps', 1e-5),
  };
}

/** The text encoder of a config.json; what is not stated is as in transformers. */
export function clipTextConfig(
  json: unknown,
  { file = 'text_encoder/config.json' } = {},
): ClipTextConfig {
  const { count } = fieldsOf(json, file);
  return {
    ...layersOf(json, file, { width: 512, heads: 8, layers: 12 }),
    vocabulary: count('vocab_size', 49408),
    context: count('max_position_embeddings', 77),
  };
}

/** The image encoder of a config.json (its `vision_config`). */
export function clipImageConfig(json: unknown, { file = 'config.json' } = {}): ClipImageConfig {
  const { count } = fieldsOf(json, file);
  return {
    ...layersOf(json, file, { width: 768, heads: 12, layers: 12 }),
    size: count('image_size', 224),
    patch: count('patch_size', 32),
    colors: count('num_channels', 3),
  };
}

const layersIn = (weights: StateDict, prefix: string) => {
  let layers = 0;
  while (weights.has(`${prefix}.encoder.layers.${layers}.layer_norm1.weight`)) layers += 1;
  return layers;
};

/**
 * Both encoders' sizes off weights under the names of transformers. CLIP's heads are 64 wide, which
 * weights do not show; `textHeads` says otherwise.
 */
export function clipConfigsFrom(
  weights: StateDict,
  {
    textHeads,
    file = 'weights',
  }: { readonly textHeads?: number | undefined; readonly file?: string } = {},
): { readonly text: ClipTextConfig; readonly image: ClipImageConfig } {
  const shape = (name: string): readonly number[] => {
    const found = weights.get(name)?.shape;
    if (found) return found;
    throw new InputError(
      `${file}: expected the weights of CLIP with ${name}, got others; take a folder or file of CLIP.`,
    );
  };
  const [vocabulary, textWidth] = shape('text_model.embeddings.token_embedding.weight');
  const [width, colors, patch] = shape('vision_model.embeddings.patch_embedding.weight');
  const patches = shape('vision_model.embeddings.position_embedding.weight')[0] - 1;
  const common = { activation: 'quick_gelu', eps: 1e-5 } as const;
  return {
    text: {
      ...common,
      width: textWidth,
      heads: textHeads ?? Math.max(1, Math.floor(textWidth / 64)),
      layers: layersIn(weights, 'text_model'),
      hidden: shape('text_model.encoder.layers.0.mlp.fc1.weight')[0],
      vocabulary,
      context: shape('text_model.embeddings.position_embedding.weight')[0],
    },
    image: {
      ...common,
      width,
      heads: Math.max(1, Math.floor(width / 64)),
      layers: layersIn(weights, 'vision_model'),
      hidden: shape('vision_model.encoder.layers.0.mlp.fc1.weight')[0],
      size: Math.round(Math.sqrt(patches)) * patch,
      patch,
      colors,
    },
  };
}
