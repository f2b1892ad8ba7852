import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, type Params, writeSafetensors } from '@bandweave/graph';
import {
  clipImageConfig,
  clipTextConfig,
  unetConfig,
  vaeConfig,
  vocabularyFromMerges,
  weightShapes,
  writeModelFolder,
} from '../src/index.js';
import { traceClip, traceText, traceUnet, traceVae } from './traces.js';

export const MERGES = '#version: 0.2\nc a\nca t</w>\nt h\nth e</w>\n';
const vocabulary = vocabularyFromMerges(MERGES);
export const VOCAB = JSON.stringify(Object.fromEntries(vocabulary.ids));

export const CONFIGS = {
  text_encoder: {
    vocab_size: vocabulary.ids.size,
    hidden_size: 8,
    num_attention_heads: 2,
    num_hidden_layers: 1,
    intermediate_size: 16,
    max_position_embeddings: 6,
  },
  vae: {
    block_out_channels: [4, 4],
    down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D'],
    up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D'],
    layers_per_block: 1,
    norm_num_groups: 2,
  },
  unet: {
    down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D'],
    up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D'],
    block_out_channels: [4, 4],
    layers_per_block: 1,
    cross_attention_dim: 8,
    attention_head_dim: 2,
    norm_num_groups: 2,
  },
  scheduler: { beta_schedule: 'scaled_linear', clip_sample: false, steps_offset: 1 },
};

/** Seeded values of every weight that a trace asks for. */
export function made(trace: (params: Params) => unknown, seed = 1) {
  const params = createParams({ seed });
  for (const [name, shape] of weightShapes(trace)) params.get(name, shape);
  return params.stateDict();
}

export const traces = {
  text_encoder: traceText(clipTextConfig(CONFIGS.text_encoder)),
  vae: traceVae(vaeConfig(CONFIGS.vae)),
  unet: traceUnet(unetConfig(CONFIGS.unet)),
};

/** A tiny model folder under the system's temporary one. */
export async function madeFolder({ precision = 'full' as 'full' | 'half' } = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'model-'));
  const weights = {
    text_encoder: made(traces.text_encoder),
    vae: made(traces.vae),
    unet: made(traces.unet),
  };
  const parts = { vocab: VOCAB, merges: MERGES, configs: CONFIGS, weights };
  await writeModelFolder(folder, parts, { precision });
  return folder;
}

export const CLIP_CONFIG = {
  projection_dim: 4,
  text_config: CONFIGS.text_encoder,
  vision_config: {
    hidden_size: 8,
    num_attention_heads: 2,
    num_hidden_layers: 1,
    intermediate_size: 16,
    image_size: 8,
    patch_size: 4,
  },
};

export async function madeClipFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'clip-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(CLIP_CONFIG));
  writeFileSync(join(folder, 'vocab.json'), VOCAB);
  writeFileSync(join(folder, 'merges.txt'), MERGES);
  const trace = traceClip({
    text: clipTextConfig(CLIP_CONFIG.text_config),
    image: clipImageConfig(CLIP_CONFIG.vision_config),
    out: 4,
  });
  await writeSafetensors(join(folder, 'model.safetensors'), made(trace));
  return folder;
}
