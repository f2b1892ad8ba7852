/** `scene.json`: what `simulate` notes of a reduced pair, so that training need not guess. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@bandweave/image';
import { z } from 'zod';
import { SCENE_FILE_NAME } from '../simulate/scene-file-name.js';

const SCENE_FILE = z.object({
  ratio: z.number().int().min(2).max(64).optional(),
  sensor: z.string().optional(),
  gains: z.array(z.number().positive().max(1)).optional(),
});

export type SceneFile = z.infer<typeof SCENE_FILE>;

/** What the folder's file says; nothing where there is none. */
export async function readSceneFile(folder: string): Promise<SceneFile> {
  const path = join(folder, SCENE_FILE_NAME);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = SCENE_FILE.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(
    `${path}: expected ratio, sensor and gains as simulate writes them, got something else; write the set anew.`,
  );
}
