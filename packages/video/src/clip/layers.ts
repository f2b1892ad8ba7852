/** The transformer of CLIP's encoders, parameters under the names of transformers. */

import { add, attention, gelu, mul, type Params, sigmoid, type Tensor } from '@bandweave/graph';
import { layerNormLayer, linearLayer } from '@bandweave/nn';
import type { ClipActivation, ClipLayers } from './config.js';

export interface ClipLayersOptions {
  /** bool [1, 1, tokens, tokens], true where a query may look. */
  readonly mask?: Tensor | undefined;
  /** Sees what each layer gives: 0 is the first. */
  readonly watch?: ((layer: number, x: Tensor) => void) | undefined;
}

/** x + attention(LN(x)), then x + MLP(LN(x)), once a layer; [batch, tokens, width]. */
export function clipLayers(
  { layers, heads, hidden, width, activation, eps }: ClipLayers,
  params: Params,
  tokens: Tensor,
  { mask, watch }: ClipLayersOptions = {},
): Tensor {
  let x = tokens;
  for (let i = 0; i < layers; i++) {
    const layer = params.scope(`encoder.layers.${i}`);
    const own = layer.scope('self_attn');
    const y = layerNormLayer(layer.scope('layer_norm1'), x, { eps });
    const project = (name: string, t: Tensor) => linearLayer(own.scope(name), t, { out: width });
    const [q, k, v] = ['q_proj', 'k_proj', 'v_proj'].map((name) => project(name, y));
    x = add(x, project('out_proj', attention(q, k, v, { heads, mask })));
    const mlp = layer.scope('mlp');
    const z = layerNormLayer(layer.scope('layer_norm2'), x, { eps });
    const wide = activate(linearLayer(mlp.scope('fc1'), z, { out: hidden }), activation);
    x = add(x, linearLayer(mlp.scope('fc2'), wide, { out: width }));
    watch?.(i, x);
  }
  return x;
}

const activate = (x: Tensor, kind: ClipActivation) =>
  kind === 'gelu' ? gelu(x) : mul(x, sigmoid(mul(x, 1.702)));
