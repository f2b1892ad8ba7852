/** OpenAI's own CLIP checkpoints under the names that transformers gave them. */

import { type StateDict, toFloat32 } from '@bandweave/graph';

type Named = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** Whether these are weights as OpenAI published them. */
export const isOpenAiClip = (weights: StateDict): boolean =>
  weights.has('visual.conv1.weight') && weights.has('transformer.resblocks.0.ln_1.weight');

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^token_embedding\.weight$/, 'text_model.embeddings.token_embedding.weight'],
  [/^positional_embedding$/, 'text_model.embeddings.position_embedding.weight'],
  [/^ln_final\./, 'text_model.final_layer_norm.'],
  [/^visual\.class_embedding$/, 'vision_model.embeddings.class_embedding'],
  [/^visual\.positional_embedding$/, 'vision_model.embeddings.position_embedding.weight'],
  [/^visual\.conv1\./, 'vision_model.embeddings.patch_embedding.'],
  [/^visual\.ln_pre\./, 'vision_model.pre_layrnorm.'],
  [/^visual\.ln_post\./, 'vision_model.post_layernorm.'],
  [/^visual\.transformer\.resblocks\./, 'vision_model.encoder.layers.'],
  [/^transformer\.resblocks\./, 'text_model.encoder.layers.'],
];
const LAYER: readonly (readonly [string, string])[] = [
  ['.ln_1.', '.layer_norm1.'],
  ['.ln_2.', '.layer_norm2.'],
  ['.mlp.c_fc.', '.mlp.fc1.'],
  ['.mlp.c_proj.', '.mlp.fc2.'],
  ['.attn.out_proj.', '.self_attn.out_proj.'],
];
/** Sizes that the file repeats as numbers. */
const FACTS = new Set(['input_resolution', 'context_length', 'vocab_size']);

/** Queries, keys and values apart, projections transposed, everything else renamed. */
export function fromOpenAiClip(weights: StateDict): Named {
  const out: Named = new Map();
  for (const [name, stored] of weights) {
    if (FACTS.has(name)) continue;
    const { shape } = stored;
    const data = stored.dtype
      ? toFloat32({ dtype: stored.dtype, shape, data: stored.data })
      : (stored.data as Float32Array);
    const projection = { text_projection: 'text_projection', 'visual.proj': 'visual_projection' }[
      name
    ];
    if (projection) {
      out.set(`${projection}.weight`, transposed(data, shape));
      continue;
    }
    let renamed = name;
    for (const [from, to] of PLAIN) {
      if (from.test(renamed)) {
        renamed = renamed.replace(from, to);
        break;
      }
    }
    for (const [from, to] of LAYER) renamed = renamed.replace(from, to);
    const joint = /\.attn\.in_proj_(weight|bias)$/.exec(renamed);
    if (!joint) {
      out.set(renamed, { shape: name === 'logit_scale' ? [] : shape, data });
      continue;
    }
    const rows = shape[0] / 3;
    const part = data.length / 3;
    ['q_proj', 'k_proj', 'v_proj'].forEach((letter, i) => {
      const to = renamed.replace(joint[0], `.self_attn.${letter}.${joint[1]}`);
      out.set(to, {
        shape: [rows, ...shape.slice(1)],
        data: data.slice(i * part, (i + 1) * part),
      });
    });
  }
  return out;
}

function transposed(data: Float32Array, [rows, columns]: readonly number[]) {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  }
  return { shape: [columns, rows], data: out };
}
