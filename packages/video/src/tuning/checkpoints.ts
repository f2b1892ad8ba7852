/** Where tuning stands, on disk: what was trained, its optimisers, the number of the step. */

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trainer } from '@bandweave/graph';
import { InputError } from '@bandweave/image';

export interface Trainers {
  readonly generator: Trainer;
  readonly critic: Trainer | undefined;
}

const INDEX = 'tuning.json';
const fileOf = (part: keyof Trainers, steps: number) => `${part}-${steps}.safetensors`;
const OURS = /^(generator|critic)-\d+\.safetensors$/;

/** Writes new files, then the index that names them, then takes older ones away. */
export async function saveTuning(folder: string, { generator, critic }: Trainers): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { steps } = generator;
  await generator.save(join(folder, fileOf('generator', steps)));
  if (critic) await critic.save(join(folder, fileOf('critic', steps)));
  const index = join(folder, INDEX);
  await writeFile(`${index}.part`, `${JSON.stringify({ steps })}\n`);
  await rename(`${index}.part`, index);
  const kept = new Set([fileOf('generator', steps), fileOf('critic', steps)]);
  for (const name of await readdir(folder)) {
    if (OURS.test(name) && !kept.has(name)) await rm(join(folder, name));
  }
}

/** Whether a folder holds the state of a tuning. */
export const holdsTuning = (folder: string): boolean => existsSync(join(folder, INDEX));

/** The weights file of what was tuned, under the U-Net's names, those of the perturbation in `vgt.`. */
export async function tunedWeightsOf(folder: string): Promise<string> {
  return join(folder, fileOf('generator', await stepsIn(folder)));
}

async function stepsIn(folder: string): Promise<number> {
  const index = join(folder, INDEX);
  if (!existsSync(index)) {
    throw new InputError(
      `${folder}: expected the state of a tuning with ${INDEX}, got none; tune first.`,
    );
  }
  let steps: unknown;
  try {
    steps = (JSON.parse(await readFile(index, 'utf8')) as { steps?: unknown } | null)?.steps;
  } catch (error) {
    throw new InputError(`${index}: expected JSON, got other text; tune anew.`, { cause: error });
  }
  if (Number.isSafeInteger(steps) && (steps as number) >= 0) return steps as number;
  throw new InputError(`${index}: expected a number of steps, got ${String(steps)}; tune anew.`);
}

export async function loadTuning(folder: string, { generator, critic }: Trainers): Promise<void> {
  const steps = await stepsIn(folder);
  const path = join(folder, fileOf('critic', steps));
  if (critic && !existsSync(path)) {
    throw new InputError(
      `${folder}: expected the state of a discriminator, got that of a tuning without one; tune anew or without it.`,
    );
  }
  await generator.load(join(folder, fileOf('generator', steps)));
  if (critic) await critic.load(path);
}
