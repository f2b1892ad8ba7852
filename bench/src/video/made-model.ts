/** A folder with the shapes of Stable Diffusion 1.4 and generated numbers in half precision. */

import { float32ToHalf, input, type TensorsToWrite } from '@bandweave/graph';
import {
  type ClipTextConfig,
  clipText,
  clipTextConfig,
  STABLE_DIFFUSION,
  type UNetConfig,
  unet,
  unetConfig,
  type VaeConfig,
  vaeConfig,
  vaeDecode,
  vaeEncode,
  vocabularyFromMerges,
  weightShapes,
  writeModelFolder,
} from '@bandweave/video';

/** What the published config.json files state. */
const CONFIGS = {
  text_encoder: {
    vocab_size: 49408,
    hidden_size: 768,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    intermediate_size: 3072,
    max_position_embeddings: 77,
    hidden_act: 'quick_gelu',
  },
  vae: {
    block_out_channels: [128, 256, 512, 512],
    down_block_types: new Array(4).fill('DownEncoderBlock2D'),
    up_block_types: new Array(4).fill('UpDecoderBlock2D'),
    layers_per_block: 2,
    latent_channels: 4,
    norm_num_groups: 32,
  },
  unet: {
    block_out_channels: [320, 640, 1280, 1280],
    down_block_types: [...new Array(3).fill('CrossAttnDownBlock2D'), 'DownBlock2D'],
    up_block_types: ['UpBlock2D', ...new Array(3).fill('CrossAttnUpBlock2D')],
    layers_per_block: 2,
    cross_attention_dim: 768,
    attention_head_dim: 8,
    norm_num_groups: 32,
  },
  scheduler: STABLE_DIFFUSION,
};

type Shapes = ReadonlyMap<string, readonly number[]>;

const textShapes = (config: ClipTextConfig): Shapes =>
  weightShapes((params) => clipText(config, params, input('ids', [1, 77], 'int64')));

const vaeShapes = (config: VaeConfig): Shapes =>
  weightShapes((params) => {
    vaeEncode(config, params, input('picture', [1, 3, 8, 8]));
    vaeDecode(config, params, input('latent', [1, 4, 1, 1]));
  });

/** Of pictures, as it is published: attention over time is not in it. */
const unetShapes = (config: UNetConfig): Shapes =>
  weightShapes((params) =>
    unet(config, params, {
      sample: input('sample', [1, 4, 8, 8]),
      time: input('time', [1]),
      text: input('text', [1, 77, config.textWidth]),
    }),
  );

/** Bits of halves, evenly in -1..1: numbers are drawn from here, scaled by a power of two. */
const TABLE = 1 << 16;

/** Norms begin as ones, everything else evenly within the bound of its fan-in. */
function* generated(shapes: Shapes): TensorsToWrite {
  let state = 1;
  for (const [name, shape] of shapes) {
    const count = shape.reduce((a, b) => a * b, 1);
    const fanIn = Math.max(1, count / (shape[0] ?? 1));
    const bound = shape.length < 2 ? 0.01 : 1 / Math.sqrt(fanIn);
    const norm = /norm\d*\.weight$|norm_out\.weight$/.test(name);
    const values = Float32Array.from({ length: TABLE }, (_, i) =>
      norm ? 1 : bound * ((2 * i + 1) / TABLE - 1),
    );
    const table = float32ToHalf(values);
    const data = new Uint16Array(count);
    for (let i = 0; i < count; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[i] = table[state >>> 16];
    }
    yield [name, { dtype: 'F16', shape, data }];
  }
}

/** As many merges as CLIP has, of pairs of single characters. */
function generatedMerges(): string {
  const { ids } = vocabularyFromMerges('#version: 0.2\na b\n');
  const symbols = [...ids.keys()].slice(0, 256);
  const count = CONFIGS.text_encoder.vocab_size - 2 * 256 - 2;
  const lines = Array.from(
    { length: count },
    (_, i) => `${symbols[Math.floor(i / 256)]} ${symbols[i % 256]}`,
  );
  return `#version: 0.2\n${lines.join('\n')}\n`;
}

/** About 2.1 GB. */
export async function makeStableDiffusionShapes(folder: string): Promise<void> {
  const merges = generatedMerges();
  const vocab = JSON.stringify(Object.fromEntries(vocabularyFromMerges(merges).ids));
  const weights = {
    text_encoder: generated(textShapes(clipTextConfig(CONFIGS.text_encoder))),
    vae: generated(vaeShapes(vaeConfig(CONFIGS.vae))),
    unet: generated(unetShapes(unetConfig(CONFIGS.unet))),
  };
  await writeModelFolder(folder, { vocab, merges, configs: CONFIGS, weights });
}
