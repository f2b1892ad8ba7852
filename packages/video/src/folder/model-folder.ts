/**
 * A Stable Diffusion 1.x model in the layout of diffusers: tokenizer, text encoder, autoencoder,
 * U-Net and schedule, each in its folder. Configurations and shapes are checked when it is opened;
 * weights are read when they are asked for.
 */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  createParams,
  input,
  type LazyStateDict,
  type Params,
  type StateDict,
  toFloat32,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { type ClipTextConfig, clipTextConfig } from '../clip/config.js';
import { clipText } from '../clip/text-encoder.js';
import { createTokenizer, type Tokenizer } from '../clip/tokenizer.js';
import { BEGIN, END, vocabularyFromFiles } from '../clip/vocabulary.js';
import { type NoiseSchedule, noiseSchedule } from '../diffusion/schedule.js';
import { checkShapes, weightShapes } from '../run/weight-shapes.js';
import { type UNetConfig, unetConfig } from '../unet/config.js';
import { inflated, TEMPORAL } from '../unet/inflate.js';
import { unet } from '../unet/network.js';
import { vaeDecode, vaeEncode } from '../vae/autoencoder.js';
import { type VaeConfig, vaeConfig, vaeFactor } from '../vae/config.js';
import { jsonOf, missing, openWeights, SOURCE, textOf, weightsFileOf } from './files.js';
import { type Rename, sameName, textName, vaeName } from './names.js';

export interface ModelFolder {
  readonly folder: string;
  readonly tokenizer: Tokenizer;
  readonly text: ClipTextConfig;
  readonly vae: VaeConfig;
  readonly unet: UNetConfig;
  readonly schedule: NoiseSchedule;
  /** Parameters of the text encoder, read now, in float32. */
  textParams(): Promise<Params>;
  vaeParams(): Promise<Params>;
  /** Those of the U-Net, completed with fresh attention over time. */
  unetParams(options?: { readonly seed?: number }): Promise<Params>;
}

/** @throws InputError, in one line, for whatever is missing or does not belong together */
export async function openModelFolder(folder: string): Promise<ModelFolder> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError(`${folder}: expected a model folder, got none; ${SOURCE}.`);
  }
  for (const part of ['tokenizer', 'text_encoder', 'vae', 'unet', 'scheduler']) {
    if (!existsSync(join(folder, part))) missing(folder, `${part}/`);
  }
  const config = (name: string) => ({ json: jsonOf(folder, name), file: join(folder, name) });
  const named = <T>(name: string, read: (json: unknown, options: { file: string }) => T): T => {
    const { json, file } = config(name);
    return read(json, { file });
  };
  const text = named('text_encoder/config.json', clipTextConfig);
  const vae = named('vae/config.json', vaeConfig);
  const net = named('unet/config.json', unetConfig);
  const schedule = named('scheduler/scheduler_config.json', noiseSchedule);
  const tokenizer = readTokenizer(folder, text);
  agree(folder, { text, vae, net });

  const parts = {
    text_encoder: { rename: textName, wanted: textShapes(text), network: 'this text encoder' },
    vae: { rename: vaeName, wanted: vaeShapes(vae), network: 'this autoencoder' },
    unet: {
      rename: sameName,
      wanted: unetShapes(net),
      network: 'this U-Net',
      optional: TEMPORAL,
    },
  } as const;
  for (const [part, known] of Object.entries(parts)) {
    const file = weightsFileOf(folder, part);
    const opened = await openWeights(file);
    try {
      checkShapes(renamedShapes(opened, known.rename), known.wanted, { file, ...known });
    } finally {
      await opened.close();
    }
  }
  const read = async (part: keyof typeof parts): Promise<Params> => {
    const file = weightsFileOf(folder, part);
    return createParams({ weights: await readWeights(file, parts[part].rename), file });
  };
  return {
    folder,
    tokenizer,
    text,
    vae,
    unet: net,
    schedule,
    textParams: () => read('text_encoder'),
    vaeParams: () => read('vae'),
    unetParams: async (options) => inflated(await read('unet'), options),
  };
}

function readTokenizer(folder: string, text: ClipTextConfig): Tokenizer {
  const vocab = textOf(folder, 'tokenizer/vocab.json');
  const merges = textOf(folder, 'tokenizer/merges.txt');
  const file = join(folder, 'tokenizer');
  const vocabulary = vocabularyFromFiles({ vocab, merges }, { file });
  const pad = vocabulary.ids.get(padOf(folder));
  const tokenizer = createTokenizer(vocabulary, { context: text.context, pad });
  if (tokenizer.size !== text.vocabulary) {
    throw new InputError(
      `${file}: expected the tokenizer of the text encoder with ${text.vocabulary} symbols, got one with ${tokenizer.size}; take both of the same model.`,
    );
  }
  return tokenizer;
}

/** The symbol that fills a text up, as the tokenizer's files say; the end mark where they don't. */
function padOf(folder: string): string {
  for (const name of ['special_tokens_map.json', 'tokenizer_config.json']) {
    if (!existsSync(join(folder, 'tokenizer', name))) continue;
    const json = jsonOf(folder, `tokenizer/${name}`) as { pad_token?: unknown } | null;
    const pad = json?.pad_token;
    const content = (pad as { content?: unknown } | null | undefined)?.content ?? pad;
    if (typeof content === 'string' && content !== BEGIN) return content;
  }
  return END;
}

interface Sizes {
  readonly text: ClipTextConfig;
  readonly vae: VaeConfig;
  readonly net: UNetConfig;
}

function agree(folder: string, { text, vae, net }: Sizes): void {
  const differ = (what: string, expected: number, got: number) => {
    throw new InputError(
      `${folder}: expected parts of one model, got ${what} of ${got} where ${expected} is expected; take all parts from the same folder.`,
    );
  };
  if (text.width !== net.textWidth) differ('a text encoder', net.textWidth, text.width);
  if (vae.latents !== net.inChannels) differ('an autoencoder', net.inChannels, vae.latents);
  if (net.outChannels !== net.inChannels) differ('U-Net outputs', net.inChannels, net.outChannels);
}

const textShapes = (config: ClipTextConfig) =>
  weightShapes((params) => clipText(config, params, input('ids', [1, config.context], 'int64')));

const vaeShapes = (config: VaeConfig) =>
  weightShapes((params) => {
    const side = vaeFactor(config);
    vaeEncode(config, params, input('picture', [1, config.colors, side, side]));
    vaeDecode(config, params, input('latent', [1, config.latents, 1, 1]));
  });

const unetShapes = (config: UNetConfig) =>
  weightShapes((params) =>
    unet(config, params, {
      sample: input('sample', [1, config.inChannels, 1, 1, 1]),
      time: input('time', [1]),
      text: input('text', [1, 1, config.textWidth]),
    }),
  );

function renamedShapes(opened: LazyStateDict, rename: Rename) {
  return new Map(
    [...opened.tensors].flatMap(([name, { shape }]) => {
      const own = rename(name, shape);
      return own ? [[own.name, { shape: own.shape }] as const] : [];
    }),
  );
}

/** All tensors in float32, one after the other, so that halves are never held whole. */
async function readWeights(file: string, rename: Rename): Promise<StateDict> {
  const opened = await openWeights(file);
  try {
    const weights = new Map<
      string,
      { readonly shape: readonly number[]; readonly data: Float32Array }
    >();
    for (const [name, { shape }] of opened.tensors) {
      const own = rename(name, shape);
      if (own)
        weights.set(own.name, { shape: own.shape, data: toFloat32(await opened.read(name)) });
    }
    return weights;
  } finally {
    await opened.close();
  }
}
