/** Trained weights as a file that `fuse --weights` opens, with what they were trained on. */

import { float32ToHalf, type StateDict, writeSafetensors } from '@bandweave/graph';
import { METADATA_KEY, type NetworkDefinition, type WeightsMetadata } from '@bandweave/models';
import type { TrainingScene } from './data/index.js';
import type { TrainResult } from './train.js';
import type { Settings } from './train-options.js';

/** What the metadata of weights says. */
export function metadataOf(
  { name }: NetworkDefinition,
  result: Omit<TrainResult, 'weights'>,
  { settings, scenes }: { readonly settings: Settings; readonly scenes: readonly TrainingScene[] },
): WeightsMetadata {
  const { config, keptStep, seconds, start, indices, dataHash: hash, parameters } = result;
  const { preparation, variant, seed, ...recipe } = settings;
  const [first] = scenes;
  return {
    network: name,
    ...(variant === undefined ? {} : { variant }),
    config,
    preparation,
    bands: first.reference.bands,
    ratio: first.ratio,
    parameters,
    seed,
    steps: keptStep,
    seconds: Math.round(seconds),
    recipe,
    dataHash: hash,
    data: scenes.map((scene) => ({
      name: scene.name,
      ...(scene.rights === undefined ? {} : { rights: scene.rights }),
    })),
    ...(indices && start ? { heldBack: { start, trained: indices } } : {}),
  };
}

/** Writes the file whole, or not at all; at half precision it is half as large. */
export async function writeWeights(
  path: string,
  weights: StateDict,
  metadata: WeightsMetadata & { readonly precision?: 'F32' | 'F16' },
): Promise<void> {
  const half = metadata.precision === 'F16';
  const stored = [...weights].map(([name, { shape, data }]) =>
    half && data instanceof Float32Array
      ? ([name, { shape, data: float32ToHalf(data), dtype: 'F16' }] as const)
      : ([name, { shape, data }] as const),
  );
  await writeSafetensors(path, stored, { metadata: [[METADATA_KEY, JSON.stringify(metadata)]] });
}
