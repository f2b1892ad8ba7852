/** Files of a model folder in the layout of diffusers, by the names that they go by. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type LazyStateDict, openStateDict } from '@bandweave/graph';
import { InputError } from '@bandweave/image';

/** Where such a folder comes from; nothing is ever fetched. */
export const SOURCE =
  'download a Stable Diffusion 1.x model in the diffusers layout (for example CompVis/stable-diffusion-v1-4 from huggingface.co) and name its folder';

const MOST_JSON = 64 << 20;

/** @throws InputError that names the missing file and where it comes from */
export function missing(folder: string, what: string): never {
  throw new InputError(`${folder}: expected a model folder with ${what}, got none; ${SOURCE}.`);
}

/** The text of a file of the folder. */
export function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) missing(folder, name);
  const { size } = statSync(path);
  if (size > MOST_JSON) {
    throw new InputError(`${path}: expected a text of at most 64 MB, got ${size} bytes.`);
  }
  return readFileSync(path, 'utf8');
}

/** A JSON file of the folder. */
export function jsonOf(folder: string, name: string): unknown {
  const text = textOf(folder, name);
  try {
    return JSON.parse(text);
  } catch (error) {
    const pointer = text.startsWith('version https://git-lfs')
      ? 'a pointer of Git LFS'
      : 'other text';
    throw new InputError(
      `${join(folder, name)}: expected JSON, got ${pointer}; fetch the file again.`,
      { cause: error },
    );
  }
}

/** Names of weights in a part's folder, in the order in which they are looked for. */
const STEMS: Readonly<Record<string, readonly string[]>> = {
  text_encoder: ['model', 'pytorch_model'],
  unet: ['diffusion_pytorch_model'],
  vae: ['diffusion_pytorch_model'],
};
const VARIANTS = ['', '.fp16', '.non_ema'];

/**
 * The weights file of a part: safetensors before `.bin`, whole before sharded, full before half
 * precision.
 */
export function weightsFileOf(folder: string, part: string): string {
  const stems = STEMS[part] ?? ['model', 'pytorch_model'];
  const names = VARIANTS.flatMap((variant) =>
    stems.flatMap((stem) => [
      `${stem}${variant}.safetensors`,
      `${stem}.safetensors.index${variant}.json`,
      `${stem}${variant}.safetensors.index.json`,
      `${stem}${variant}.bin`,
      `${stem}.bin.index${variant}.json`,
      `${stem}${variant}.bin.index.json`,
    ]),
  );
  const found = names.find((name) => existsSync(join(folder, part, name)));
  if (found) return join(folder, part, found);
  return missing(folder, `${part}/${stems[0]}.safetensors or ${part}/${stems.at(-1)}.bin`);
}

/** Opens weights, also a `.bin` in several files. The caller closes them. */
export async function openWeights(path: string): Promise<LazyStateDict> {
  if (!/\.bin\.index(\.[\w]+)?\.json$/.test(path)) return openStateDict(path);
  const folder = join(path, '..');
  const index = jsonOf(folder, basename(path)) as { weight_map?: Record<string, unknown> } | null;
  const map = Object.entries(index?.weight_map ?? {});
  const files = [...new Set(map.map(([, file]) => String(file)))];
  const plain = files.every((file) => basename(file) === file && file.endsWith('.bin'));
  if (files.length === 0 || files.length > 512 || !plain) {
    throw new InputError(`${path}: expected the names of .bin files beside it, got others.`);
  }
  const opened: LazyStateDict[] = [];
  try {
    for (const file of files) {
      if (!existsSync(join(folder, file)))
        missing(join(folder, '..'), join(basename(folder), file));
      opened.push(await openStateDict(join(folder, file)));
    }
  } catch (error) {
    await Promise.all(opened.map((one) => one.close()));
    throw error;
  }
  const owner = new Map(opened.flatMap((one) => [...one.tensors.keys()].map((n) => [n, one])));
  return {
    ...opened[0],
    tensors: new Map(opened.flatMap((one) => [...one.tensors])),
    read: (name) => (owner.get(name) ?? opened[0]).read(name),
    close: async () => {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
