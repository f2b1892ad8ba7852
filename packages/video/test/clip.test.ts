import { createParams, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  type ClipTextConfig,
  clipConfigsFrom,
  clipImageEmbedding,
  clipText,
  clipTextConfig,
  clipTextEmbedding,
  cosines,
  frameConsistency,
  fromOpenAiClip,
  isOpenAiClip,
  textualAlignment,
} from '../src/index.js';
import { runGraph } from './run-graph.js';

const text: ClipTextConfig = {
  width: 16,
  heads: 2,
  layers: 2,
  hidden: 32,
  activation: 'quick_gelu',
  eps: 1e-5,
  vocabulary: 30,
  context: 8,
};
const image = { ...text, size: 8, patch: 4, colors: 3 };

test('a token of a text is not changed by what follows it', async () => {
  const params = createParams({ seed: 3 });
  const { hidden } = clipText(text, params, input('ids', [2, 6], 'int64'));
  const ids = BigInt64Array.from([1, 2, 3, 4, 5, 6, 1, 2, 3, 9, 9, 9], BigInt);
  const { hidden: got } = await runGraph({ hidden }, { ids });
  const [a, b] = [got.subarray(0, 6 * 16), got.subarray(6 * 16)];
  expect(a.subarray(0, 3 * 16)).toBeAllclose(b.subarray(0, 3 * 16), { atol: 1e-6 });
  expect(a.subarray(3 * 16)).not.toBeAllclose(b.subarray(3 * 16), { atol: 1e-3 });
});

test("a text's embedding is taken at its largest id", async () => {
  const params = createParams({ seed: 3 });
  const ids = input('ids', [2, 5], 'int64');
  const e = clipTextEmbedding({ text, out: 4 }, params, ids);
  const feeds = { ids: BigInt64Array.from([1, 2, 29, 0, 0, 1, 2, 29, 7, 8], BigInt) };
  const { e: got } = await runGraph({ e }, feeds);
  expect(got.subarray(0, 4)).toBeAllclose(got.subarray(4), { atol: 1e-6 });
});

test("OpenAI's names give the same network as those of transformers", async () => {
  const params = createParams({ seed: 5 });
  const [pixels, ids] = [input('pixels', [1, 3, 8, 8]), input('ids', [1, 5], 'int64')];
  const of = (p: typeof params) => ({
    a: clipImageEmbedding({ image, out: 4 }, p, pixels),
    b: clipTextEmbedding({ text, out: 4 }, p, ids),
  });
  const feeds = {
    pixels: Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)),
    ids: BigInt64Array.from([3, 4, 5, 29, 1], BigInt),
  };
  const first = await runGraph(of(params), feeds);
  const openAi = toOpenAi(params.stateDict());
  expect(isOpenAiClip(openAi)).toBe(true);
  const weights = fromOpenAiClip(openAi);
  expect(clipConfigsFrom(weights, { textHeads: 2 }).text).toEqual(text);
  const again = createParams({ weights });
  const second = await runGraph(of(again), feeds);
  again.finish();
  expect(second.a).toBeAllclose(first.a, { atol: 1e-6 });
  expect(second.b).toBeAllclose(first.b, { atol: 1e-6 });
});

type Weights = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>;

/** The way back, written apart: joint projections, transposed outputs, OpenAI's names. */
function toOpenAi(weights: Weights) {
  const out = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, { shape, data }] of weights) {
    if (name.endsWith('_projection.weight')) {
      const [rows, columns] = shape;
      const turned = Float32Array.from(
        data,
        (_, at) => data[(at % rows) * columns + Math.floor(at / rows)],
      );
      const own = name.startsWith('visual') ? 'visual.proj' : 'text_projection';
      out.set(own, { shape: [columns, rows], data: turned });
      continue;
    }
    const own = name
      .replace('vision_model.embeddings.class_embedding', 'visual.class_embedding')
      .replace('vision_model.embeddings.position_embedding.weight', 'visual.positional_embedding')
      .replace('vision_model.embeddings.patch_embedding', 'visual.conv1')
      .replace('vision_model.pre_layrnorm', 'visual.ln_pre')
      .replace('vision_model.post_layernorm', 'visual.ln_post')
      .replace('vision_model.encoder.layers', 'visual.transformer.resblocks')
      .replace('text_model.embeddings.position_embedding.weight', 'positional_embedding')
      .replace('text_model.embeddings.', '')
      .replace('text_model.final_layer_norm', 'ln_final')
      .replace('text_model.encoder.layers', 'transformer.resblocks')
      .replace('layer_norm', 'ln_')
      .replace('mlp.fc1', 'mlp.c_fc')
      .replace('mlp.fc2', 'mlp.c_proj')
      .replace('self_attn', 'attn');
    const part = /\.([qkv])_proj\.(weight|bias)$/.exec(own);
    if (!part) {
      out.set(own, { shape, data });
      continue;
    }
    const joint = own.replace(part[0], `.in_proj_${part[2]}`);
    const letter = 'qkv'.indexOf(part[1]);
    const kept = out.get(joint) ?? {
      shape: [3 * shape[0], ...shape.slice(1)],
      data: new Float32Array(3 * data.length),
    };
    kept.data.set(data, letter * data.length);
    out.set(joint, kept);
  }
  return out;
}

test('frames that point alike agree, alone or in pairs', () => {
  const frames = { data: [1, 0, 2, 0, 0, 3], width: 2 };
  expect(frameConsistency(frames)).toBeCloseTo(1 / 3, 12);
  expect(frameConsistency(frames, { pairs: 'adjacent' })).toBeCloseTo(1 / 2, 12);
  expect(frameConsistency({ data: [4, 5], width: 2 })).toBe(1);
  const prompts = { data: [1, 1], width: 2 };
  expect(cosines(frames, prompts)).toBeAllclose(new Array(3).fill(Math.SQRT1_2), { atol: 1e-12 });
  expect(textualAlignment(frames, prompts)[0]).toBeCloseTo(Math.SQRT1_2, 12);
  expect(() => cosines(frames, { data: [1, 1, 1], width: 3 })).toThrow('of one width');
});

test('a config of another kind is told in one line', () => {
  expect(() => clipTextConfig({ hidden_act: 'relu' })).toThrow(
    'text_encoder/config.json: expected hidden_act as quick_gelu or gelu, got "relu"',
  );
  expect(() => clipTextConfig({ hidden_size: 30, num_attention_heads: 4 })).toThrow('a divisor');
  expect(() => clipTextConfig([])).toThrow('a JSON object');
});
