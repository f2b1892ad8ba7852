/** Many methods on one or several pairs, at reduced and full resolution. */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { METHODS } from '@bandweave/fusion';
import { InputError } from '@bandweave/image';
import { shipsFor } from '@bandweave/models/shipped-weights';
import { methodKind } from '../operation.js';
import type {
  CompareOptions,
  ComparePair,
  CompareResult,
  MethodFailure,
  MethodScore,
  PreparedScene,
  Resolution,
  SceneResult,
} from './compare-options.js';
import { pairNames } from './pair-names.js';
import { prepareScene } from './prepare-scene.js';
import { scoreMethod } from './score-method.js';

/**
 * Fuses every pair with every method and measures the outcome. Everything goes below `folder`:
 * degraded pairs, fused images, and one file a result, so that a run that is stopped goes on where
 * it was and comes to the same figures. A method that cannot do a scene is left out of it with its
 * reason.
 *
 * @param folder undefined: a temporary one, removed when `use` is done with the images
 * @param use    what to do while the images are there
 * @throws InputError for pairs that don't fit, unknown methods, networks without weights, or where
 *   no method succeeds
 */
export async function compare<T = CompareResult>(
  pairs: readonly ComparePair[],
  options: CompareOptions & {
    readonly folder?: string;
    readonly use?: (result: CompareResult) => Promise<T>;
  } = {},
): Promise<T> {
  const { folder, use = async (result) => result as T, ...rest } = options;
  const methods = chosenMethods(rest);
  if (pairs.length === 0) throw new InputError('compare: expected a pair of files, got none.');
  if (folder !== undefined) {
    await mkdir(resolve(folder), { recursive: true });
    return use(await run(pairs, { folder: resolve(folder), methods, options: rest }));
  }
  const scratch = await mkdtemp(join(tmpdir(), 'bandweave-compare-'));
  try {
    return await use(await run(pairs, { folder: scratch, methods, options: rest }));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** In the order in which they are asked for. */
function chosenMethods({ methods, weights = {} }: CompareOptions): string[] {
  const all = [...METHODS.map(({ name }) => name), ...Object.keys(weights)];
  const chosen = [...new Set(methods ?? all)];
  if (chosen.length === 0) throw new InputError('--methods: expected at least one, got none.');
  for (const name of chosen) {
    const known = weights[name] !== undefined || shipsFor(name);
    if (methodKind(name) === 'network' && !known) {
      throw new InputError(
        `--methods: expected weights for the network ${name}, got none; add --weights ${name}=FILE.`,
      );
    }
  }
  for (const name of Object.keys(weights)) {
    if (methodKind(name) !== 'network') {
      throw new InputError(`--weights: expected the name of a network, got ${name}; leave it out.`);
    }
    if (!chosen.includes(name)) {
      throw new InputError(`--weights: expected one of the methods compared, got ${name}.`);
    }
  }
  return chosen;
}

interface CompareRun {
  readonly folder: string;
  readonly methods: readonly string[];
  readonly options: CompareOptions;
}

async function run(
  pairs: readonly ComparePair[],
  { folder, methods, options }: CompareRun,
): Promise<CompareResult> {
  const started = performance.now();
  const { signal, onProgress, resolutions = ['reduced', 'full'] } = options;
  const names = pairNames(pairs);
  const requests = pairs.flatMap((pair, i) =>
    resolutions.map((resolution: Resolution) => ({ ...pair, name: names[i]!, resolution })),
  );
  const total = requests.length * methods.length;
  let done = 0;
  let resumed = 0;
  const scenes: SceneResult[] = [];
  for (const request of requests) {
    signal?.throwIfAborted();
    const scene = await prepareScene(request, folder, options);
    const outcome = await runMethods(scene, { folder, methods, options }, () =>
      onProgress?.({ stage: 'compare', done: ++done, total }),
    );
    resumed += outcome.resumed;
    scenes.push({ ...scene, scores: outcome.scores, failures: outcome.failures });
  }
  return {
    scenes,
    methods,
    convention: options.convention ?? 'toolbox',
    resumed,
    seconds: (performance.now() - started) / 1000,
  };
}

async function runMethods(
  scene: PreparedScene,
  { folder, methods, options }: CompareRun,
  step: () => void,
): Promise<{ scores: MethodScore[]; failures: MethodFailure[]; resumed: number }> {
  const { signal, onMessage } = options;
  const scores: MethodScore[] = [];
  const failures: MethodFailure[] = [];
  let resumed = 0;
  for (const method of methods) {
    signal?.throwIfAborted();
    try {
      const outcome = await scoreMethod(method, { scene, folder }, options);
      scores.push(outcome.score);
      if (outcome.resumed) resumed++;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof InputError)) throw error;
      failures.push({ method, reason: error.message });
      onMessage?.(`${scene.name}, ${scene.resolution}: no ${method}: ${error.message}`);
      if (failures.length === methods.length) throw error;
    }
    step();
  }
  return { scores, failures, resumed };
}
