/** CLIP: the tokenizer, the text encoder, and the scores. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createParams, exp, input, type StateDict } from '@bandweave/graph';
import {
  clipConfigsFrom,
  clipImageEmbedding,
  clipText,
  clipTextConfig,
  clipTextEmbedding,
  cosines,
  createTokenizer,
  frameConsistency,
  fromOpenAiClip,
  isOpenAiClip,
  textualAlignment,
  vocabularyFromMerges,
} from '@bandweave/video';
import type { Runner, Verdict } from '../../case.js';
import { worse } from '../../case.js';
import { readStored } from '../../graph-case.js';
import { maxAbsDifference, need, readTensors } from '../../tensors.js';
import { judgeAll, run, SURE } from './judge.js';

export const runTokenizer: Runner = async ({ folder, json }) => {
  const file = /^\S+\.gz/.exec(json.config.vocabulary_file)?.[0] ?? 'bpe_simple_vocab_16e6.txt.gz';
  const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
  const tokenizer = createTokenizer(vocabularyFromMerges(text), { context: json.config.context });
  const io = readTensors(join(folder, 'io.safetensors'));
  const rows = (json.prompts as string[]).map((prompt) => tokenizer.pad(prompt));
  const lengths = (json.prompts as string[]).map((prompt) =>
    Math.min(tokenizer.context, tokenizer.encode(prompt).length + 2),
  );
  const exact = (name: string, got: readonly number[]): Verdict => ({
    error: maxAbsDifference(got, need(io, name).data),
    tolerance: 0,
    note: name,
  });
  return worse(exact('ids_pad_eot', rows.flat()), exact('lengths', lengths));
};

export const runText: Runner = async ({ folder, json }) => {
  const weights = await readStored(folder, 'weights.safetensors');
  const io = readTensors(join(folder, 'io.safetensors'));
  const config = clipTextConfig(json.config);
  const params = createParams({ weights, file: folder });
  const stored = need(io, 'input_ids');
  const ids = input('ids', stored.shape, 'int64');
  const { hidden, embedded, layers } = clipText(config, params, ids);
  params.finish();
  const named = Object.fromEntries(layers.map((t, i) => [`hidden_layer${i + 1}`, t]));
  const results = await run(
    { last_hidden_state: hidden, hidden_embed: embedded, ...named },
    { ids: BigInt64Array.from(stored.data, BigInt) },
  );
  const { width } = config;
  const pooled = stored.shape[0];
  const length = stored.shape[1];
  const rows = Float32Array.from({ length: pooled * width }, (_, at) => {
    const row = Math.floor(at / width);
    const own = stored.data.subarray(row * length, (row + 1) * length);
    const end = own.indexOf(own.reduce((a, b) => Math.max(a, b)));
    return results.last_hidden_state[(row * length + end) * width + (at % width)];
  });
  return judgeAll(io, { ...results, pooled: rows }, { rtol: 2e-4 });
};

export const runScore: Runner = async ({ folder, json }) => {
  const stored: StateDict = await readStored(folder, 'weights.safetensors');
  const weights = isOpenAiClip(stored) ? fromOpenAiClip(stored) : stored;
  const io = readTensors(join(folder, 'io.safetensors'));
  const { text, image } = clipConfigsFrom(weights, {
    textHeads: json.config.transformer_heads,
    file: folder,
  });
  const out = weights.get('visual_projection.weight')!.shape[0];
  const params = createParams({ weights, file: folder });
  const [frames, ids] = [need(io, 'frames'), need(io, 'input_ids')];
  const image_embed = clipImageEmbedding({ image, out }, params, input('frames', frames.shape));
  const text_embed = clipTextEmbedding({ text, out }, params, input('ids', ids.shape, 'int64'));
  const scale = exp(params.get('logit_scale', []));
  params.finish();
  const results = await run(
    { image_embed, text_embed, scale },
    { frames: Float32Array.from(frames.data), ids: BigInt64Array.from(ids.data, BigInt) },
  );
  const pictures = { data: results.image_embed, width: out };
  const prompts = { data: results.text_embed, width: out };
  const table = cosines(pictures, prompts);
  const values = {
    image_embed: results.image_embed,
    text_embed: results.text_embed,
    cos_frame_text: table,
    logits_per_image: table.map((c) => c * results.scale[0]),
    frame_consistency_all_pairs: [frameConsistency(pictures)],
    frame_consistency_adjacent: [frameConsistency(pictures, { pairs: 'adjacent' })],
    textual_alignment: textualAlignment(pictures, prompts),
  };
  return worse(SURE, judgeAll(io, values, { rtol: 2e-4 }));
};
