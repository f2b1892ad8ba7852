/**
 * Training as a loop of runs: keeps parameters, optimiser state and the number of the step, feeds
 * them to the graph of `trainStep` and takes back what changed.
 */

import { sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { compile } from '../onnx/emit.js';
import type { StateDict } from '../params/state-dict.js';
import { convBlock } from '../session/conv-block.js';
import { createSession, type Session } from '../session/session.js';
import type { Feeds, Value } from '../session/values.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { type TrainStepOptions, trainStep } from './train-step.js';
import { averageName, nextName } from './update-plan.js';

export interface TrainerOptions extends TrainStepOptions {
  /** Threads within one operator; 0 lets ONNX Runtime choose. With 1 every run is the same. */
  readonly threads?: number;
  /** Losses and groups that take turns in place of `loss` and `groups`. */
  readonly turns?: Turns;
}

/** Parts that are trained one after the other, over and over: alternating optimisation. */
export interface Turns {
  /** Updates of one part before the next has its turn. */
  readonly every: number;
  /** Each with an optimiser state of its own: no parameter belongs to two. */
  readonly parts: readonly Pick<TrainStepOptions, 'loss' | 'groups' | 'buffers'>[];
}

/** Whose turn an update is, and how many that part has had before. */
export function turnAt(
  step: number,
  { every, count }: { readonly every: number; readonly count: number },
): { readonly part: number; readonly before: number } {
  const round = Math.floor(step / (every * count));
  const within = step - round * every * count;
  return { part: Math.floor(within / every), before: round * every + (within % every) };
}

export interface StepResult {
  /** Mean over the batches of the step. */
  readonly loss: number;
  /** The rate of the first group. */
  readonly lr: number;
  /** Metrics of the last batch. */
  readonly metrics: Readonly<Record<string, Value>>;
}

export interface Trainer {
  /** Updates done. */
  readonly steps: number;
  /**
   * One update from one batch, or from as many as gradients are gathered over.
   *
   * @throws GraphError where the number of batches is another or one does not fit
   */
  train(batches: Feeds | readonly Feeds[]): Promise<StepResult>;
  /** Moving averages by parameter name, where `ema` was asked for; other parameters as they are. */
  averages(): StateDict;
  /** Writes parameters, optimiser state and step as safetensors. */
  save(path: string): Promise<void>;
  /** Goes on from such a file; without an optimiser state it is refused. */
  load(path: string): Promise<void>;
  close(): Promise<void>;
}

/** A trainer whose parameters are those of `options.params`: their slots always hold the newest. */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { params, threads = 0, metrics: metricTensors = {}, turns } = options;
  const plans = (turns?.parts ?? [{}]).map((part) => trainStep({ ...options, ...part }));
  const every = turns?.every ?? 1;
  if (!Number.isInteger(every) || every < 1) {
    throw new GraphError(`createTrainer: expected turns of 1 update or more, got ${every}.`);
  }
  const allState = plans.flatMap((plan) => plan.state);
  if (new Set(allState.map(({ name }) => name)).size !== allState.length) {
    throw new GraphError(
      'createTrainer: expected turns that share no parameter, got some; freeze it in all but one.',
    );
  }
  const made = { threads, memoryPattern: false };
  const target = { provider: 'cpu', convBlock: await convBlock() } as const;
  const open = (outputs: Readonly<Record<string, Tensor>>) =>
    createSession(compile(outputs, { weights: 'inputs', target }), made);
  const sessions: { session: Session; gather: Session | undefined }[] = [];
  for (const plan of plans) {
    const gather = plan.gather ? await open(plan.gather) : undefined;
    sessions.push({ session: await open(plan.outputs), gather });
  }
  const slots = new Map(params.entries().map((e) => [e.name, e]));
  const state = new Map<string, Float32Array>(
    allState.map(({ name, shape, begin }) => [
      name,
      begin === 'zeros' ? new Float32Array(sizeOf(shape)) : begin.slot.data.slice(),
    ]),
  );
  let steps = 0;

  const held = (name: string): Float32Array | undefined =>
    slots.get(name)?.slot.data ?? state.get(name);

  const runOn = async (on: Session, feeds: Feeds) => {
    const all: Record<string, Feeds[string]> = { ...feeds };
    for (const { name } of on.inputs) {
      const own = name in feeds ? undefined : held(name);
      if (own) all[name] = own;
    }
    return on.run(all);
  };

  const keep = (results: Record<string, Value>): void => {
    for (const [name, entry] of slots) {
      const value = results[nextName(name)];
      if (value) entry.slot.data = value.data as Float32Array;
    }
    for (const name of state.keys()) {
      const value = results[nextName(name)];
      if (value) state.set(name, value.data as Float32Array);
    }
  };

  return {
    get steps() {
      return steps;
    },
    async train(batches) {
      const turn = turnAt(steps, { every, count: plans.length });
      const plan = plans[turn.part];
      const { session, gather } = sessions[turn.part];
      const list = Array.isArray(batches) ? (batches as readonly Feeds[]) : [batches as Feeds];
      if (list.length !== plan.accumulate) {
        throw new GraphError(
          `train: expected ${plan.accumulate} batches for one update, got ${list.length}; give them as a list.`,
        );
      }
      let sums: Record<string, Float32Array> = Object.fromEntries(
        plan.sums.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]),
      );
      let loss = 0;
      for (const batch of gather ? list.slice(0, -1) : []) {
        const results = await runOn(gather!, { ...batch, ...sums });
        loss += Number(results.loss.data[0]);
        sums = Object.fromEntries(
          Object.keys(sums).map((name) => [name, results[nextName(name)].data as Float32Array]),
        );
        keep(results);
      }
      const { lr, feeds } = plan.at(turn.before);
      const last = list[list.length - 1];
      const results = await runOn(session, { ...last, ...sums, ...usedBy(session, feeds) });
      loss += Number(results.loss.data[0]);
      keep(results);
      steps += 1;
      const metrics = Object.fromEntries(
        Object.keys(metricTensors).map((name) => [name, results[name]]),
      );
      return { loss: loss / plan.accumulate, lr, metrics };
    },
    averages: () =>
      new Map(
        [...slots.values()].map(({ name, shape, slot }) => [
          name,
          { shape, data: state.get(averageName(name)) ?? slot.data },
        ]),
      ),
    save: (path) => writeCheckpoint(path, { params, state, plan: allState, steps }),
    async load(path) {
      const read = await readCheckpoint(path, { params, plan: allState });
      for (const [name, data] of read.parameters) slots.get(name)!.slot.data = data;
      for (const [name, data] of read.state) state.set(name, data);
      steps = read.steps;
    },
    async close() {
      for (const { session, gather } of sessions) {
        await session.close();
        await gather?.close();
      }
    },
  };
}

/** Rates that the graph reads: without decay, for example, nothing reads the decay. */
function usedBy(session: Session, feeds: Record<string, Float32Array>) {
  const names = new Set(session.inputs.map((i) => i.name));
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.has(name)));
}
