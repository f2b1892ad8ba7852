/** The training loop: batches from another thread, updates, validations, checkpoints. */

import {
  constantSchedule,
  createParams,
  createTrainer,
  mergeAdapters,
  type Params,
  type StateDict,
  type Trainer,
  toFloat32,
  turnAt,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import {
  type BuiltNetwork,
  type NetworkDefinition,
  prepared,
  type SamplerRequest,
} from '@bandweave/models';
import { branchesFor, lowRank, turnsOf } from './branch-wise.js';
import { checkBase, checkPatch, checkScenes } from './check-scenes.js';
import type { Consistency } from './consistency.js';
import {
  batchSource,
  dataHash,
  drawVariation,
  NO_AUGMENTATION,
  renderScene,
  type Split,
  splitByPlace,
  type TrainingScene,
} from './data/index.js';
import { createEvaluator, type Evaluator, errorLeft, type Indices } from './evaluator.js';
import { type Objective, objectiveOf } from './objective.js';
import { type LogEntry, type RunFolder, type RunState, runFolder } from './run-folder.js';
import { defaultEpoch, spread } from './run-length.js';
import { optimizerOf, scheduleOf } from './schedule.js';
import type { Settings } from './train-options.js';

export interface TrainOptions {
  /** Where checkpoint and log go. */
  readonly folder: string;
  /** Goes on from a checkpoint in the folder; without it the folder must hold none. */
  readonly resume?: boolean;
  /** Scenes to validate on, in place of parts of the training scenes. */
  readonly validation?: readonly TrainingScene[];
  /** Weights to begin with, of `open`ed configuration. */
  readonly from?: { readonly weights: StateDict; readonly network: BuiltNetwork };
  /**
   * Values for the parameters whose names and shapes they share, in place of `from`: the body of a
   * network of another scale. All others begin anew.
   */
  readonly body?: StateDict;
  /** Windows of the scene at full resolution, beside the reduced pairs; networks on `build` only. */
  readonly full?: Consistency;
  /** How a network that samples is validated, in place of its usual sampler. */
  readonly sampler?: SamplerRequest;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { stage: string; done: number; total: number }) => void;
  readonly onMessage?: (line: string) => void;
  /** After each line of the log, with all of them. */
  readonly onLog?: (entries: readonly LogEntry[]) => void | Promise<void>;
}

export interface TrainResult {
  readonly weights: StateDict;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  /** The step whose weights were kept. */
  readonly keptStep: number;
  readonly seconds: number;
  readonly loss: number;
  /** On the parts held back: of the starting image, and of the weights that were kept. */
  readonly start?: Indices;
  readonly indices?: Indices;
  /** On the same parts, by the weights that it began with. */
  readonly before?: Indices;
  readonly parameters: number;
  readonly dataHash: string;
  readonly stopped: 'done' | 'no better' | 'time';
}

/** Checkpoints at least this often. */
const CHECKPOINT_SECONDS = 20;
/** Steps that are timed before a budget in minutes is made into a number of steps. */
const TIMED_STEPS = 8;

/**
 * Trains a network on scenes and gives its weights; a checkpoint in the folder lets it go on after
 * any kind of end. With one thread, a run that was interrupted ends as one that was not.
 *
 * @throws InputError where scenes differ in bands or ratio, or are smaller than a patch
 */
export async function train(
  definition: NetworkDefinition,
  scenes: readonly TrainingScene[],
  { settings, ...options }: TrainOptions & { readonly settings: Settings },
): Promise<TrainResult> {
  const run = await prepareRun(definition, scenes, settings, options);
  try {
    return await loop(run, settings, options);
  } finally {
    await run.close();
  }
}

interface Run {
  readonly folder: RunFolder;
  readonly trainer: Trainer;
  /** That of a step. */
  readonly objectiveAt: (step: number) => Objective;
  readonly evaluator: Evaluator | undefined;
  readonly split: Split;
  readonly config: Readonly<Record<string, unknown>>;
  readonly hash: string;
  readonly stepsPerEpoch: number;
  /** Of each patch, for networks that serve any pair. */
  readonly drawBands: number | undefined;
  /** Updates in all, and from one validation to the next; a budget in minutes decides them later. */
  readonly plan: { total: number; every: number };
  readonly weights: () => StateDict;
  readonly parameters: number;
  close(): Promise<void>;
}

async function prepareRun(
  definition: NetworkDefinition,
  scenes: readonly TrainingScene[],
  settings: Settings,
  { folder: path, from, body, validation, resume, full, sampler }: TrainOptions,
): Promise<Run> {
  const { bands, panBands, ratio, multiple } = checkScenes(scenes, settings, definition);
  const size = { panBands, msBands: bands, ratio };
  const { variant, sizes, seed, threads, preparation } = settings;
  const created = from
    ? { ...from.network, config: {} }
    : definition.create({ ...size, sizes, ...(variant === undefined ? {} : { variant }) });
  const { config } = created;
  const network = prepared(created, preparation);
  checkBase(preparation.base);
  const step = multiple * created.facts.msStep;
  checkPatch(settings.patch, step, definition.name);
  const side = Math.max(256, 2 * settings.patch);
  const split = validation
    ? { training: scenes, validation }
    : splitByPlace(scenes, { share: settings.holdBack, side, seed, step });
  for (const { name, pan } of split.training) {
    if (Math.min(pan.height, pan.width) >= settings.patch) continue;
    throw new InputError(
      `${name}: expected at least ${settings.patch} pixels a side for a patch, got ${pan.height}x${pan.width} of it to train on; choose a smaller --patch.`,
    );
  }
  const folder = runFolder(path);
  const hash = dataHash([...scenes, ...(validation ?? [])]);
  if (!resume) await folder.finish().catch(() => {});
  await folder.begin({ network: definition.name, settings, hash });

  const plain = createParams({ seed, ...(from ? { weights: from.weights } : {}) });
  const branches = branchesFor(definition.name, network, settings);
  const params = branches && settings.rank ? lowRank(plain, branches, settings) : plain;
  const objectives = branches
    ? branches.map((branch) => objectiveOf(network, params, { ...settings, full, branch }))
    : [objectiveOf(network, params, { ...settings, full })];
  const [objective] = objectives;
  if (from) plain.finish();
  if (body) takeBody(plain, body);
  const stepsPerEpoch = settings.stepsPerEpoch ?? defaultEpoch(split.training, settings);
  const total = settings.steps ?? Math.max(1, Math.round(settings.epochs * stepsPerEpoch));
  const plan = { total, every: settings.validateEvery ?? Math.max(10, Math.round(total / 20)) };
  const lr = (at: number) => scheduleOf(settings, { steps: plan.total })(at);
  const trainer = await createTrainer({
    params,
    loss: objective.loss,
    buffers: objective.buffers,
    ...(branches
      ? { turns: turnsOf(branches, { params, objectives, settings, stepsPerEpoch }) }
      : {}),
    optimizer: optimizerOf(settings),
    lr:
      settings.schedule.kind === 'constant' && settings.warmUp === 0
        ? constantSchedule(settings.lr)
        : lr,
    accumulate: settings.accumulate,
    threads,
    ...(settings.clip > 0 ? { clip: { by: 'norm', max: settings.clip } } : {}),
    ...(settings.ema > 0 ? { ema: { decay: settings.ema } } : {}),
  });
  const parts = split.validation.map((part) =>
    renderScene(part, drawVariation(NO_AUGMENTATION, part.gains, STILL), preparation),
  );
  const evaluator =
    parts.length > 0 && (!network.objective || network.sampling)
      ? createEvaluator(network, parts, { params, threads, sampler })
      : undefined;
  return {
    folder,
    trainer,
    objectiveAt: (at) => {
      const every = settings.branchSteps ?? stepsPerEpoch;
      return objectives[turnAt(at, { every, count: objectives.length }).part];
    },
    evaluator,
    split,
    config,
    hash,
    stepsPerEpoch,
    drawBands: definition.anyPair ? network.facts.msBands : undefined,
    plan,
    weights: () => (settings.ema > 0 ? trainer.averages() : params.stateDict()),
    parameters: plain.entries().reduce((sum, { slot }) => sum + slot.data.length, 0),
    async close() {
      await trainer.close();
      await evaluator?.close();
    },
  };
}

function takeBody(params: Params, body: StateDict): void {
  for (const { name, shape, slot } of params.entries()) {
    const stored = body.get(name);
    if (!stored || stored.shape.length !== shape.length) continue;
    if (!shape.every((n, k) => stored.shape[k] === n)) continue;
    const { dtype, data } = stored;
    const values = dtype === undefined ? (data as Float32Array) : toFloat32({ ...stored, dtype });
    slot.data = Float32Array.from(values);
  }
}

/** Draws nothing: every deviation is zero. */
const STILL = { uniform: () => 0, normal: () => 0 };

async function loop(
  { folder, trainer, objectiveAt, evaluator, split, plan, stepsPerEpoch, weights, ...run }: Run,
  settings: Settings,
  { signal, onProgress, onMessage, onLog, resume }: TrainOptions,
): Promise<TrainResult> {
  const { accumulate } = settings;
  const found = resume ? await folder.resume(trainer) : undefined;
  if (found) Object.assign(plan, { total: found.total, every: found.every });
  let state: RunState = found ?? {
    step: 0,
    ...plan,
    seconds: 0,
    sinceBest: 0,
    lastLoss: Number.NaN,
  };
  if (found) onMessage?.(`resumed at step ${found.step} of ${found.total}`);
  const source = batchSource(
    split.training,
    {
      batch: settings.batch,
      patch: settings.patch,
      renew: Math.max(stepsPerEpoch * accumulate, 8 * split.training.length),
      seed: settings.seed,
      augmentation: settings.augmentation,
      preparation: settings.preparation,
      ...(run.drawBands === undefined ? {} : { drawBands: run.drawBands }),
    },
    { from: state.step * accumulate },
  );
  const entries = await folder.entries();
  const begun = performance.now();
  const before = state.seconds;
  const seconds = () => before + (performance.now() - begun) / 1000;
  const note = async (entry: LogEntry) => {
    entries.push(entry);
    await folder.log(entry);
    await onLog?.(entries);
  };
  let saved = performance.now();
  const save = async () => {
    state = { ...state, ...plan, seconds: seconds() };
    await folder.save(trainer, state);
    saved = performance.now();
  };
  let evaluationSeconds = 0;
  const validate = async () => {
    if (!evaluator) return;
    const from = performance.now();
    const now = weights();
    const indices = await evaluator.evaluate(now);
    const left = errorLeft(indices, evaluator.start);
    await note({ step: state.step, seconds: seconds(), left, ...indices });
    const better = !state.best || left < state.best.left;
    if (better) {
      await folder.keepBest(state.step, now);
      state = { ...state, best: { step: state.step, left, indices }, sinceBest: 0 };
    } else state = { ...state, sinceBest: state.sinceBest + 1 };
    onMessage?.(
      `step ${state.step}: Q2n ${indices.q2n.toFixed(4)}, SAM ${indices.sam.toFixed(3)}, ERGAS ${indices.ergas.toFixed(3)}, ${(100 * left).toFixed(1)} % of the start's error${better ? ' *' : ''}`,
    );
    evaluationSeconds = (performance.now() - from) / 1000;
  };
  let stopped: TrainResult['stopped'] = 'done';
  let sum = 0;
  let count = 0;
  try {
    // A run that is only measured at its end is not measured before.
    if (!found && plan.every < plan.total) await validate();
    let timedFrom = performance.now();
    while (state.step < plan.total) {
      signal?.throwIfAborted();
      const batches = [];
      const objective = objectiveAt(state.step);
      for (let i = 0; i < accumulate; i++) {
        const at = state.step * accumulate + i;
        const all = { ...(await source.at(at)), ...objective.draw(at) };
        batches.push(
          Object.fromEntries(Object.entries(all).filter(([name]) => objective.used.has(name))),
        );
      }
      const { loss, lr } = await trainer.train(batches);
      if (!Number.isFinite(loss)) {
        throw new InputError(
          `train: expected a finite loss, got ${loss} at step ${state.step}; lower --lr or set --clip.`,
        );
      }
      state = { ...state, step: trainer.steps, lastLoss: loss };
      sum += loss;
      count += 1;
      if (settings.minutes !== undefined) {
        // The first step also warms up; a resumed run keeps the numbers it began with.
        if (!found && state.step === 1) timedFrom = performance.now();
        if (!found && state.step === 1 + TIMED_STEPS) {
          const each = (performance.now() - timedFrom) / 1000 / TIMED_STEPS;
          const left = settings.minutes * 60 - seconds();
          Object.assign(
            plan,
            spread(left, { each, evaluationSeconds, most: plan.total - state.step, settings }),
          );
          plan.total += state.step;
        }
        if (seconds() > settings.minutes * 60) stopped = 'time';
      }
      const last = state.step >= plan.total || stopped === 'time';
      const due = state.step % plan.every === 0;
      if (due || last || state.step % 10 === 0) {
        await note({ step: state.step, seconds: seconds(), loss: sum / count, lr });
        sum = 0;
        count = 0;
      }
      if (due || last) await validate();
      if (last || (due && evaluator) || performance.now() - saved > CHECKPOINT_SECONDS * 1000) {
        await save();
      }
      onProgress?.({ stage: 'train', done: state.step, total: plan.total });
      if (stopped === 'time') break;
      if (settings.patience > 0 && state.sinceBest >= settings.patience) {
        stopped = 'no better';
        break;
      }
    }
  } catch (error) {
    // What was done so far is not lost, whoever ended it.
    if (signal?.aborted && state.step > 0) await save();
    throw error;
  } finally {
    await source.close();
  }
  const best = settings.keep === 'best' ? state.best : undefined;
  const kept = best && best.step !== state.step ? await folder.best(best.step) : weights();
  const first = entries.find((entry) => entry.step === 0 && 'q2n' in entry);
  const lastIndices = entries.findLast((entry) => 'q2n' in entry);
  const indices = best?.indices ?? (lastIndices && 'q2n' in lastIndices ? lastIndices : undefined);
  return {
    weights: settings.rank ? mergeAdapters(kept, { rank: settings.rank }) : new Map(kept),
    config: run.config,
    steps: state.step,
    keptStep: best?.step ?? state.step,
    seconds: seconds(),
    loss: state.lastLoss,
    ...(evaluator ? { start: evaluator.start } : {}),
    ...(first && 'q2n' in first
      ? { before: { q2n: first.q2n, sam: first.sam, ergas: first.ergas } }
      : {}),
    ...(indices ? { indices: { q2n: indices.q2n, sam: indices.sam, ergas: indices.ergas } } : {}),
    parameters: run.parameters,
    dataHash: run.hash,
    stopped,
  };
}
