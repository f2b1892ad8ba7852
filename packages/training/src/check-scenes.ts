/** Whether scenes can be trained on together, and patches cut from them. */

import { InputError } from '@bandweave/image';
import type { TrainingScene } from './data/index.js';
import type { Settings } from './train-options.js';

/** The bands and the ratio that all scenes share. */
export function checkScenes(scenes: readonly TrainingScene[], { batch }: Settings) {
  const [first] = scenes;
  if (!first || batch < 1) {
    throw new InputError('train: expected at least one scene, got none; name a folder or a pair.');
  }
  const { bands } = first.reference;
  const panBands = first.pan.bands;
  for (const { name, pan, reference, ratio } of scenes) {
    if (pan.bands !== panBands) {
      throw new InputError(
        `${name}: expected a guide of ${panBands} bands like ${first.name}, got ${pan.bands}; train on pairs of one kind.`,
      );
    }
    if (reference.bands === bands && ratio === first.ratio) continue;
    throw new InputError(
      `${name}: expected ${bands} bands at ratio ${first.ratio} like ${first.name}, got ${reference.bands} at ratio ${ratio}; train on scenes of one kind (--bands picks bands).`,
    );
  }
  return { bands, panBands, ratio: first.ratio };
}

/** Patches hold whole steps of the network. */
export function checkPatch(patch: number, step: number, name: string): void {
  if (patch % step === 0) return;
  throw new InputError(
    `--patch: expected a multiple of ${step} for ${name}, got ${patch}; try --patch ${Math.max(step, Math.round(patch / step) * step)}.`,
  );
}
