/**
 * `npm run bench:evaluations [-- --steps 400] [--seeds 3] [--sizes channels=8,blocks=1,deep=1]
 * [--train SCENE,...] [--test SCENE,...] [--keep FOLDER]`: quality against the number of evaluations
 * for SBM's samplers with and without noise, beside diffusion (DDIM) and plain regression: the same
 * network, budget, data and seeds. Scenes are folders of ../shared/data, or of BANDWEAVE_SHARED/data. A
 * run that was ended goes on with what it left in --keep.
 */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createParams, loadStateDict, type StateDict } from '@bandweave/graph';
import { findNetwork, prepared, type SamplerRequest } from '@bandweave/models';
import { readTrainingScenes } from '@bandweave/pipeline/training';
import {
  createEvaluator,
  drawVariation,
  type Indices,
  NO_AUGMENTATION,
  parseRecipe,
  renderScene,
  settingsFor,
  train,
  writeWeights,
} from '@bandweave/training';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '400' },
    seeds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: 'channels=8,blocks=1,deep=1' },
    batch: { type: 'string', default: '8' },
    patch: { type: 'string', default: '32' },
    lr: { type: 'string', default: '2e-3' },
    train: { type: 'string', default: 'ikonos_pair,pleiades_urban_pair,vhr4_georef_pair' },
    test: { type: 'string', default: 'quickbird_pair' },
    keep: { type: 'string', default: join(tmpdir(), 'bandweave-evaluations') },
  },
});

const EVALUATIONS = [1, 2, 5, 10, 20, 50];
/** What is trained, and by what it is sampled. */
const FORMS = [
  { variant: undefined, samplers: ['ode', 'sde'] },
  { variant: 'diffusion', samplers: ['ddim'] },
  { variant: 'regression', samplers: ['pass'] },
] as const;
const TITLES = {
  ode: 'bridge, without noise (ODE)',
  sde: 'bridge, with noise (SDE)',
  ddim: 'diffusion from noise (DDIM)',
  pass: 'regression, one pass',
} as const;

const network = findNetwork('sbm')!;
const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');
const paths = (list: string) => list.split(',').map((name) => join(data, name));
const scenes = await readTrainingScenes(paths(values.train));
const held = await readTrainingScenes(paths(values.test));
const sizes = Object.fromEntries(
  values.sizes.split(',').map((part) => {
    const [name, value] = part.split('=');
    return [name, Number(value)];
  }),
);
const STILL = { uniform: () => 0, normal: () => 0 };

function settingsOf(variant: string | undefined, seed: number) {
  const changes = {
    seed,
    ...(variant === undefined ? {} : { variant }),
    sizes,
    steps: Number(values.steps),
    batch: Number(values.batch),
    patch: Number(values.patch),
    lr: Number(values.lr),
    schedule: { kind: 'cosine', min: 0 },
    ema: 0.98,
    clip: 1,
    threads: 1,
    normalise: 'scene',
    base: 'mtf-glp-fs',
    mtf: 0,
    shift: 0,
    holdBack: 0,
    validateEvery: 1e9,
    keep: 'last',
  };
  return settingsFor(network, parseRecipe(changes, 'evaluations'));
}

/** Trained weights, or those of an earlier run of the same name. */
async function weightsOf(variant: string | undefined, seed: number): Promise<StateDict> {
  const settings = settingsOf(variant, seed);
  await mkdir(values.keep, { recursive: true });
  const name = `${variant ?? 'bridge'}-${seed}-${values.steps}`;
  const path = join(values.keep, `${name}.safetensors`);
  if (existsSync(path)) return (await loadStateDict(path)).tensors;
  const result = await train(network, scenes, { settings, folder: join(values.keep, name) });
  process.stderr.write(`${name}: ${result.seconds.toFixed(0)} s, loss ${result.loss.toFixed(4)}\n`);
  await writeWeights(path, result.weights, { network: 'sbm', config: result.config });
  return result.weights;
}

/** Indices of one set of weights by every sampler and number of evaluations. */
async function measured(variant: string | undefined, seed: number, samplers: readonly string[]) {
  const weights = await weightsOf(variant, seed);
  const { preparation } = settingsOf(variant, seed);
  const { bands, ratio } = { bands: held[0].reference.bands, ratio: held[0].ratio };
  const created = network.create({
    panBands: 1,
    msBands: bands,
    ratio,
    sizes,
    ...(variant === undefined ? {} : { variant }),
  });
  const parts = held.map((scene) =>
    renderScene(scene, drawVariation(NO_AUGMENTATION, scene.gains, STILL), preparation),
  );
  const found: { sampler: string; steps: number; indices: Indices }[] = [];
  let start: Indices | undefined;
  for (const sampler of samplers) {
    for (const steps of sampler === 'pass' ? [1] : EVALUATIONS) {
      const request: SamplerRequest = { sampler, steps };
      const params = createParams({ weights });
      const evaluator = createEvaluator(prepared(created, preparation), parts, {
        params,
        threads: 1,
        sampler: request,
      });
      start = evaluator.start;
      found.push({ sampler, steps, indices: await evaluator.evaluate(weights) });
      await evaluator.close();
    }
  }
  return { start: start!, found };
}

const rows = new Map<string, Indices[]>();
let start: Indices | undefined;
for (const { variant, samplers } of FORMS) {
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const result = await measured(variant, seed, samplers);
    start = result.start;
    for (const { sampler, steps, indices } of result.found) {
      const key = `${sampler} ${steps}`;
      rows.set(key, [...(rows.get(key) ?? []), indices]);
    }
  }
}

function cell(list: readonly number[], places: number): string {
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  const squares = list.reduce((a, b) => a + (b - mean) ** 2, 0);
  const deviation = list.length > 1 ? Math.sqrt(squares / (list.length - 1)) : 0;
  return `${mean.toFixed(places)} ± ${deviation.toFixed(places)}`;
}

const say = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
process.stdout.write(
  `Trained on ${scenes.map(({ name }) => name).join(', ')}, ${values.steps} steps of ${values.batch} patches of ${values.patch}; measured on ${held.map(({ name }) => name).join(', ')}. Mean ± standard deviation over ${values.seeds} seeds.\n\n`,
);
say(['sampler', 'evaluations', 'Q2n', 'SAM', 'ERGAS']);
say(['---', '---', '---', '---', '---']);
say([
  'the image it starts from',
  '0',
  start!.q2n.toFixed(4),
  start!.sam.toFixed(3),
  start!.ergas.toFixed(3),
]);
for (const [key, list] of rows) {
  const [sampler, steps] = key.split(' ');
  say([
    TITLES[sampler as keyof typeof TITLES],
    steps,
    cell(
      list.map(({ q2n }) => q2n),
      4,
    ),
    cell(
      list.map(({ sam }) => sam),
      3,
    ),
    cell(
      list.map(({ ergas }) => ergas),
      3,
    ),
  ]);
}
