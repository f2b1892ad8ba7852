/** Fine-tunes a network on the very scene that it is to sharpen. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createParams, input, loadStateDict } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import {
  findNetwork,
  type NetworkDefinition,
  preparationOf,
  prepared,
  shippedWeights,
  sourceOf,
} from '@bandweave/models';
import {
  type Indices,
  metadataOf,
  parseRecipe,
  type RecipeFile,
  type Settings,
  settingsFor,
  type TrainingScene,
  train,
  writeWeights,
} from '@bandweave/training';
import { checkPlace } from './check-place.js';
import { fullWindows } from './full-windows.js';
import { type ReadScenesOptions, readTrainingScenes } from './read-scenes.js';

export interface AdaptOptions extends Omit<ReadScenesOptions, 'bands' | 'ratio'> {
  /** Weights to begin with; else those that ship for such a pair, else anew, on its base. */
  readonly weights?: string;
  /** 10 by default. */
  readonly minutes?: number;
  /** Of the full-resolution term beside the reduced pairs; 0.3 by default, 0 for none. */
  readonly consistency?: number;
  readonly changes?: RecipeFile;
  readonly overwrite?: boolean;
}

export interface AdaptResult {
  readonly output: string;
  readonly method: string;
  readonly steps: number;
  readonly keptStep: number;
  readonly seconds: number;
  readonly stopped: 'done' | 'no better' | 'time';
  /** On the windows held back, at reduced resolution. */
  readonly before: Indices;
  readonly after: Indices;
}

/** Windows at full resolution that are kept in memory. */
const FULL_WINDOWS = 48;
/** Validations without a better one after which it stops. */
const PATIENCE = 5;
/** Share of the scene that is only looked at. */
const HOLD_BACK = 0.2;
/** Of weights that were trained elsewhere: steps as large as the first ones would undo them. */
const GENTLE = 0.25;

/**
 * Weights for this scene: trained on it one scale coarser, where its MS is the reference, and at
 * full resolution, where the fused image blurred and sampled must be MS. A fifth of the scene is
 * held back; the weights that do best there are written, those it began with among them, so the
 * result is never worse there than the start.
 *
 * @throws InputError where the name, the weights or the pair are not what they should be
 */
export async function adaptNetwork(
  method: string,
  pair: { readonly pan: string; readonly ms: string },
  output: string,
  options: AdaptOptions = {},
): Promise<AdaptResult> {
  const definition = findNetwork(method);
  if (!definition) {
    throw new InputError(
      `adapt: expected a network, got '${method}'; bandweave methods lists them.`,
    );
  }
  const { minutes = 10, consistency = 0.3, signal, overwrite } = options;
  const folder = `${output}.adapting`;
  checkPlace(output, folder, { resume: false, overwrite: overwrite ?? false });
  const changes = parseRecipe(options.changes ?? {}, 'adapt');
  const scenes = await readTrainingScenes([pair.pan, pair.ms], options);
  const [scene] = scenes;
  const size = { msBands: scene.reference.bands, ratio: scene.ratio };
  const named = options.changes?.sizes ?? options.changes?.variant;
  const weights =
    options.weights ?? (named === undefined ? shippedWeights(method, size)?.path : undefined);
  const settings = settingsOf(definition, changes, { minutes, scene, tuned: weights });
  const begun = weights ?? (await begin(definition, scene, { settings, folder }));
  const { tensors, metadata } = await loadStateDict(begun);
  const source = { ...sourceOf(metadata, begun), pair: size };
  const preparation = preparationOf(metadata, begun);
  const settled = { ...settings, preparation };
  // The inside of a window, where its blur is known, needs room.
  const side = Math.max(settled.patch, 12 * scene.ratio);
  const full =
    consistency > 0
      ? await fullWindows(pair.pan, pair.ms, {
          method,
          weights: begun,
          side,
          count: FULL_WINDOWS,
          seed: settled.seed,
          ...(options.sensor === undefined ? {} : { sensor: options.sensor }),
          ...(options.bitDepth === undefined ? {} : { bitDepth: options.bitDepth }),
          ...(signal ? { signal } : {}),
        })
      : undefined;
  const renamed = definition.renamed?.(tensors) ?? tensors;
  const network = definition.open(renamed, source);
  const { onProgress, onMessage } = options;
  const result = await train(definition, scenes, {
    settings: settled,
    folder,
    from: { weights: renamed, network },
    ...(full && full.windows.length > 0 ? { full: { ...full, side, weight: consistency } } : {}),
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
    ...(onMessage ? { onMessage } : {}),
  });
  const described = { ...result, config: { ...source.config } };
  const note = metadataOf(definition, described, { settings: settled, scenes });
  await writeWeights(output, result.weights, { ...note, adapted: true });
  await rm(folder, { recursive: true, force: true });
  const { steps, keptStep, seconds, stopped, before, indices } = result;
  return {
    output,
    method,
    steps,
    keptStep,
    seconds,
    stopped,
    before: before!,
    after: indices!,
  };
}

function settingsOf(
  definition: NetworkDefinition,
  changes: RecipeFile,
  {
    minutes,
    scene,
    tuned,
  }: { readonly minutes: number; readonly scene: TrainingScene; readonly tuned: unknown },
): Settings {
  const { recipe } = definition;
  // Patches must fit what is left of a small scene.
  const step = 4 * scene.ratio;
  const { height, width } = scene.pan;
  const long = Math.max(height, width);
  const left = long - Math.max(8 * scene.ratio, Math.ceil(HOLD_BACK * long) + step);
  const room = Math.floor(Math.min(height, width, left) / step) * step;
  return settingsFor(
    definition,
    {
      minutes,
      epochs: 1e6,
      holdBack: HOLD_BACK,
      patience: PATIENCE,
      batch: definition.anyPair
        ? Math.max(2, Math.round(recipe.batch / scene.reference.bands))
        : Math.min(8, recipe.batch),
      patch: Math.max(step, Math.min(recipe.patch, 48, room)),
      keep: 'best',
      schedule: { kind: 'cosine', min: recipe.lr / 100 },
      ...(tuned === undefined ? {} : { lr: GENTLE * recipe.lr }),
    },
    changes,
  );
}

/** A file of first weights, so that everything after works as with weights that were given. */
async function begin(
  definition: NetworkDefinition,
  scene: TrainingScene,
  { settings, folder }: { readonly settings: Settings; readonly folder: string },
): Promise<string> {
  const { variant, sizes, seed, preparation } = settings;
  const size = { panBands: 1, msBands: scene.reference.bands, ratio: scene.ratio };
  const created = definition.create({ ...size, sizes, ...(variant ? { variant } : {}) });
  const params = createParams({ seed });
  const low = 4 * created.facts.msStep;
  const [tall, bands] = [low * size.ratio, size.msBands];
  const network = prepared(created, preparation);
  network.build(params, {
    pan: input('pan', [1, 1, tall, tall]),
    ms: input('ms', [1, bands, low, low]),
    lms: input('lms', [1, bands * (network.facts.bases ?? 1), tall, tall]),
  });
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'begun.safetensors');
  const note = { network: definition.name, config: created.config, preparation };
  await writeWeights(path, params.stateDict(), variant ? { ...note, variant } : note);
  return path;
}
