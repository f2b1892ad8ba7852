/** What scenes, patches and bases must be before anything is trained. */

import { severalMethods } from '@bandweave/fusion';
import { InputError } from '@bandweave/image';
import type { NetworkDefinition } from '@bandweave/models';
import type { TrainingScene } from './data/index.js';
import type { Settings } from './train-options.js';

/** The bands of a patch, the ratio, and what the sides of patches must be multiples of. */
export function checkScenes(
  scenes: readonly TrainingScene[],
  { batch }: Settings,
  { anyPair = false }: NetworkDefinition,
) {
  const [first] = scenes;
  if (!first || batch < 1) {
    throw new InputError('train: expected at least one scene, got none; name a folder or a pair.');
  }
  const panBands = first.pan.bands;
  for (const { name, pan } of scenes) {
    if (pan.bands === panBands) continue;
    throw new InputError(
      `${name}: expected a guide of ${panBands} bands like ${first.name}, got ${pan.bands}; train on pairs of one kind.`,
    );
  }
  if (anyPair) {
    const multiple = scenes.map(({ ratio }) => ratio).reduce(leastCommonMultiple);
    return { bands: 1, panBands, ratio: first.ratio, multiple };
  }
  const { bands } = first.reference;
  for (const { name, reference, ratio } of scenes) {
    if (reference.bands === bands && ratio === first.ratio) continue;
    throw new InputError(
      `${name}: expected ${bands} bands at ratio ${first.ratio} like ${first.name}, got ${reference.bands} at ratio ${ratio}; train on scenes of one kind (--bands picks bands).`,
    );
  }
  return { bands, panBands, ratio: first.ratio, multiple: first.ratio };
}

function leastCommonMultiple(a: number, b: number): number {
  let whole = Math.max(a, b);
  while (whole % a !== 0 || whole % b !== 0) whole++;
  return whole;
}

export function checkBase(base: string): void {
  try {
    severalMethods(base);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--base: ${message}`, { cause });
  }
}

/** Patches hold whole steps of the network. */
export function checkPatch(patch: number, step: number, name: string): void {
  if (patch % step === 0) return;
  throw new InputError(
    `--patch: expected a multiple of ${step} for ${name}, got ${patch}; try --patch ${Math.max(step, Math.round(patch / step) * step)}.`,
  );
}
