/** Writes a model folder in the layout of diffusers, as `openModelFolder` reads it. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { float32ToHalf, type TensorsToWrite, writeSafetensors } from '@bandweave/graph';

export interface ModelParts {
  /** The texts of tokenizer/vocab.json and tokenizer/merges.txt. */
  readonly vocab: string;
  readonly merges: string;
  /** What goes into the config.json of each part. */
  readonly configs: Readonly<Record<'text_encoder' | 'vae' | 'unet' | 'scheduler', object>>;
  readonly weights: Readonly<Record<'text_encoder' | 'vae' | 'unet', TensorsToWrite>>;
}

export interface WriteFolderOptions {
  /** 'half' takes half the room; values are rounded to 11 bits. */
  readonly precision?: 'full' | 'half';
}

const WEIGHTS = {
  text_encoder: 'model.safetensors',
  vae: 'diffusion_pytorch_model.safetensors',
  unet: 'diffusion_pytorch_model.safetensors',
} as const;

export async function writeModelFolder(
  folder: string,
  { vocab, merges, configs, weights }: ModelParts,
  { precision = 'full' }: WriteFolderOptions = {},
): Promise<void> {
  const text = async (part: string, name: string, content: string) => {
    await mkdir(join(folder, part), { recursive: true });
    await writeFile(join(folder, part, name), content);
  };
  await text('tokenizer', 'vocab.json', vocab);
  await text('tokenizer', 'merges.txt', merges);
  for (const [part, config] of Object.entries(configs)) {
    const name = part === 'scheduler' ? 'scheduler_config.json' : 'config.json';
    await text(part, name, `${JSON.stringify(config, null, 2)}\n`);
  }
  for (const [part, name] of Object.entries(WEIGHTS)) {
    const given = weights[part as keyof typeof WEIGHTS];
    const own = precision === 'half' ? halves(given) : given;
    await writeSafetensors(join(folder, part, name), own);
  }
}

/** float32 as halves; other types stay. */
function* halves(tensors: TensorsToWrite): TensorsToWrite {
  for (const [name, tensor] of tensors) {
    const { data, shape } = tensor;
    if (data instanceof Float32Array) {
      yield [name, { dtype: 'F16', shape, data: float32ToHalf(data) }];
    } else yield [name, tensor];
  }
}
