/** From files to weights: reads pairs, trains, writes weights, log and curves. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadStateDict } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import {
  findNetwork,
  findSuperResolver,
  NETWORKS,
  type NetworkDefinition,
  PLAIN,
  type Preparation,
  preparationOf,
  SUPER_RESOLVERS,
  sourceOf,
} from '@bandweave/models';
import { type CurvePoint, renderCurves } from '@bandweave/report';
import {
  type Indices,
  metadataOf,
  parseRecipe,
  type RecipeFile,
  settingsFor,
  type TrainOptions,
  train,
  writeWeights,
} from '@bandweave/training';
import { checkPlace } from './check-place.js';
import { readPictureScenes } from './read-pictures.js';
import { type ReadScenesOptions, readTrainingScenes } from './read-scenes.js';

export interface TrainNetworkOptions extends ReadScenesOptions {
  /** Folders and files; see `findPairs`. */
  readonly data: readonly string[];
  /** The same, to validate on in place of parts of the data. */
  readonly validation?: readonly string[];
  /** JSON file of recipe keys; what `changes` says goes before it. */
  readonly recipe?: string;
  readonly changes?: RecipeFile;
  /** Weights to go on from, of the same network. */
  readonly from?: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
}

export interface TrainNetworkResult {
  readonly output: string;
  readonly method: string;
  readonly steps: number;
  readonly keptStep: number;
  readonly seconds: number;
  readonly loss: number;
  readonly parameters: number;
  readonly scenes: number;
  readonly stopped: 'done' | 'no better' | 'time';
  /** On parts held back: the image that training starts from, and the weights that were kept. */
  readonly start?: Indices;
  readonly indices?: Indices;
  readonly dataHash: string;
  readonly log: string;
  readonly curves: string;
}

/**
 * Trains the network of that name and writes its weights to `output`; checkpoint, log and curves
 * lie in `output.training`.
 *
 * @throws InputError where the name, the recipe or the data are not what they should be
 */
export async function trainNetwork(
  method: string,
  output: string,
  options: TrainNetworkOptions,
): Promise<TrainNetworkResult> {
  const enlarges = findSuperResolver(method);
  const definition = enlarges ?? findNetwork(method);
  if (!definition) {
    const known = [...NETWORKS, ...SUPER_RESOLVERS].map(({ name }) => name).join(', ');
    throw new InputError(`train: expected a network (${known}), got '${method}'.`);
  }
  const folder = `${output}.training`;
  checkPlace(output, folder, options);
  const file = options.recipe === undefined ? {} : await readRecipe(options.recipe);
  const changes = parseRecipe(withoutUndefined(options.changes ?? {}), 'train');
  const initial = options.from === undefined ? undefined : await readInitial(options.from);
  const settings = settingsFor(
    definition,
    initial ? { ...initial.preparation } : {},
    file,
    changes,
  );
  if (enlarges) checkPlain(settings.preparation);
  const read = enlarges ? readPictureScenes : readTrainingScenes;
  const scenes = await read(options.data, options);
  const validation = options.validation && (await read(options.validation, options));
  const curves = join(folder, 'curves.html');
  const draw = async (points: readonly CurvePoint[], state: 'running' | 'ended') => {
    const page = renderCurves({
      title: `Training of ${definition.title}`,
      facts: {
        Scenes: scenes.map(({ name }) => name).join(', '),
        Steps: String(points.at(-1)?.step ?? 0),
        Time: `${Math.round(points.at(-1)?.seconds ?? 0)} s`,
        Seed: String(settings.seed),
      },
      points,
      state,
    });
    await writeFile(`${curves}.partial`, page);
    await rename(`${curves}.partial`, curves);
  };
  const beginning = initial ? begin(definition, initial, scenes[0].ratio) : {};
  let drawn = 0;
  let points: readonly CurvePoint[] = [];
  const { signal, onProgress, onMessage } = options;
  const result = await train(definition, scenes, {
    settings,
    folder,
    resume: options.resume ?? false,
    ...(validation ? { validation } : {}),
    ...beginning,
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
    ...(onMessage ? { onMessage } : {}),
    onLog: async (entries) => {
      points = entries;
      if (performance.now() - drawn < 2000) return;
      drawn = performance.now();
      await draw(points, 'running');
    },
  });
  await draw(points, 'ended');
  const { weights, config, ...rest } = result;
  const goneOn = initial && beginning.from;
  const described = goneOn ? { ...result, config: { ...initial.source.config } } : result;
  await writeWeights(output, weights, metadataOf(definition, described, { settings, scenes }));
  return { output, method, scenes: scenes.length, ...rest, log: join(folder, 'log.jsonl'), curves };
}

/** A network of another scale gives what it shares; any other is gone on with as it is. */
function begin(
  definition: NetworkDefinition,
  { weights, source }: Initial,
  ratio: number,
): Pick<TrainOptions, 'from' | 'body'> {
  const network = definition.open(weights, source);
  const other = findSuperResolver(definition.name) && network.facts.ratio !== ratio;
  return other ? { body: weights } : { from: { weights, network } };
}

/** There is neither PAN for a classical base nor a scene whose statistics `upscale` would know. */
function checkPlain({ base, normalise, inputs }: Preparation): void {
  if (base === PLAIN.base && normalise === PLAIN.normalise && inputs === PLAIN.inputs) return;
  throw new InputError(
    `train: expected plain inputs for super-resolution, got base ${base}, normalise ${normalise}, inputs ${inputs}; leave those options out.`,
  );
}

async function readRecipe(path: string): Promise<RecipeFile> {
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `${path}: expected a recipe as JSON, got something else; see docs/training.md.`;
    throw new InputError(message, { cause });
  }
  return parseRecipe(value, path);
}

type Initial = Awaited<ReturnType<typeof readInitial>>;

async function readInitial(path: string) {
  const { tensors: weights, metadata } = await loadStateDict(path);
  return { weights, source: sourceOf(metadata, path), preparation: preparationOf(metadata, path) };
}

const withoutUndefined = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
