/** A CLIP model in the layout of transformers: what the scores of a clip are taken with. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createParams, input, type Params, type StateDict, toFloat32 } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import {
  type ClipImageConfig,
  type ClipTextConfig,
  clipImageConfig,
  clipTextConfig,
} from '../clip/config.js';
import { clipImageEmbedding, clipTextEmbedding } from '../clip/model.js';
import { CLIP_PIXELS, type PixelStatistics } from '../clip/pixels.js';
import { createTokenizer, type Tokenizer } from '../clip/tokenizer.js';
import { vocabularyFromFiles } from '../clip/vocabulary.js';
import { fieldsOf } from '../config-fields.js';
import { checkShapes, weightShapes } from '../run/weight-shapes.js';
import { jsonOf, openWeights, textOf } from './files.js';

export interface ClipFolder {
  readonly folder: string;
  readonly tokenizer: Tokenizer;
  readonly text: ClipTextConfig;
  readonly image: ClipImageConfig;
  /** Width of the common space. */
  readonly out: number;
  readonly pixels: PixelStatistics;
  /** Parameters of both encoders, read now. */
  params(): Promise<Params>;
}

const SOURCE =
  'download a CLIP model in the layout of transformers (for example openai/clip-vit-large-patch14 from huggingface.co) and name its folder';
const FILES = ['model.safetensors', 'pytorch_model.bin'];

/** @throws InputError, in one line, for whatever is missing or does not belong together */
export async function openClipFolder(folder: string): Promise<ClipFolder> {
  const lacks = (what: string): never => {
    throw new InputError(`${folder}: expected a folder of CLIP with ${what}, got none; ${SOURCE}.`);
  };
  if (!existsSync(folder) || !statSync(folder).isDirectory()) lacks('config.json');
  for (const name of ['config.json', 'vocab.json', 'merges.txt']) {
    if (!existsSync(join(folder, name))) lacks(name);
  }
  const name = FILES.find((candidate) => existsSync(join(folder, candidate)));
  const path = join(folder, name ?? lacks(FILES.join(' or ')));
  const file = join(folder, 'config.json');
  const { given, count } = fieldsOf(jsonOf(folder, 'config.json'), file);
  const text = clipTextConfig(given('text_config', {}), { file });
  const image = clipImageConfig(given('vision_config', {}), { file });
  const out = count('projection_dim', 512);
  const vocabulary = vocabularyFromFiles(
    { vocab: textOf(folder, 'vocab.json'), merges: textOf(folder, 'merges.txt') },
    { file: folder },
  );
  const tokenizer = createTokenizer(vocabulary, { context: text.context });
  if (tokenizer.size !== text.vocabulary) {
    throw new InputError(
      `${folder}: expected the tokenizer of the text encoder with ${text.vocabulary} symbols, got one with ${tokenizer.size}; take both of the same model.`,
    );
  }
  const wanted = weightShapes((params) => {
    const { size, colors } = image;
    clipImageEmbedding({ image, out }, params, input('pixels', [1, colors, size, size]));
    clipTextEmbedding({ text, out }, params, input('ids', [1, text.context], 'int64'));
    params.get('logit_scale', []);
  });
  const opened = await openWeights(path);
  try {
    const own = [...opened.tensors].filter(([n]) => !n.endsWith('position_ids'));
    checkShapes(new Map(own), wanted, { file: path, network: 'CLIP as config.json says' });
  } finally {
    await opened.close();
  }
  return {
    folder,
    tokenizer,
    text,
    image,
    out,
    pixels: pixelsOf(folder),
    params: async () => createParams({ weights: await readAll(path), file: path }),
  };
}

async function readAll(path: string): Promise<StateDict> {
  const opened = await openWeights(path);
  try {
    const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
    for (const [name, { shape }] of opened.tensors) {
      if (name.endsWith('position_ids')) continue;
      weights.set(name, { shape, data: toFloat32(await opened.read(name)) });
    }
    return weights;
  } finally {
    await opened.close();
  }
}

function pixelsOf(folder: string): PixelStatistics {
  if (!existsSync(join(folder, 'preprocessor_config.json'))) return CLIP_PIXELS;
  const json = jsonOf(folder, 'preprocessor_config.json') as Partial<
    Record<string, unknown>
  > | null;
  const list = (value: unknown, usual: readonly number[]): readonly number[] =>
    Array.isArray(value) && value.length === 3 && value.every((v) => Number.isFinite(v))
      ? value
      : usual;
  return {
    mean: list(json?.['image_mean'], CLIP_PIXELS.mean),
    deviation: list(json?.['image_std'], CLIP_PIXELS.deviation),
  };
}
