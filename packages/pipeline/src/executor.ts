/** Where the areas of a job are worked on: in this thread for small scenes, else in workers. */

import { InputError } from '@bandweave/image';
import { Piscina } from 'piscina';
import { type EncodedTile, type Encodings, encoded } from './encode-area.js';
import type { Area, Job } from './job.js';
import { makeRunner } from './operation.js';
import type { Inputs } from './regions.js';
import { STEP_DONE, type WorkerAnswer, type WorkerTask } from './worker-messages.js';

export interface FusedArea {
  readonly tiles: readonly EncodedTile[];
  /** Of means and deviations, where they are asked for. */
  readonly uncertainty?: readonly EncodedTile[];
  /** Pixels that hold data. */
  readonly valid: number;
}

export interface Executor {
  /** Areas that are worked on at once. */
  readonly lanes: number;
  /** @param first what the pass before has found; absent in the first */
  statistics(area: Area, first?: unknown): Promise<Float64Array>;
  fuse(area: Area, parameters: unknown, encodings: Encodings): Promise<FusedArea>;
  /** Ends at once, also in the middle of an area. */
  close(): Promise<void>;
}

export interface ExecutorOptions {
  readonly signal?: AbortSignal | undefined;
  /** After each evaluation of a network that samples, in whichever worker. */
  readonly onStep?: (() => void) | undefined;
}

/** Works in this thread on inputs that are open, giving way between windows. */
export function inlineExecutor(
  job: Job,
  inputs: Inputs,
  { signal, onStep }: ExecutorOptions = {},
): Executor {
  const runner = makeRunner(job, inputs);
  return {
    lanes: 1,
    statistics: (area, first) => runner.statistics(area, { first, signal }),
    fuse: async (area, parameters, encodings) =>
      encoded(await runner.fuse(area, parameters, { signal, onStep }), area, encodings),
    close: () => runner.close(),
  };
}

/** Works in `threads` worker threads, each with files of its own. */
export function pooledExecutor(
  job: Job,
  threads: number,
  { onStep }: Pick<ExecutorOptions, 'onStep'> = {},
): Executor {
  const pool = new Piscina<WorkerTask, WorkerAnswer>({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // Spinning on atomics would take a core from the workers.
    atomics: 'disabled',
    // The web-worker package, which geotiff loads, expects every worker to have data.
    workerData: {},
  });
  // A task's own error rejects its promise. What else comes here is an answer that was under way
  // when the pool was told to end, and must not end the process.
  pool.on('error', () => {});
  pool.on('message', (message: unknown) => {
    if (message === STEP_DONE) onStep?.();
  });
  const run = async (task: WorkerTask) => {
    const answer = await pool.run(task);
    if (answer.kind === 'refused') throw new InputError(answer.message);
    return answer;
  };
  return {
    lanes: threads,
    async statistics(area, first) {
      const answer = await run({ kind: 'statistics', job, area, first });
      if (answer.kind !== 'sums') throw new Error('worker: expected sums, got tiles');
      return answer.sums;
    },
    async fuse(area, parameters, encodings) {
      const answer = await run({ kind: 'fuse', job, area, parameters, encodings });
      if (answer.kind !== 'fused') throw new Error('worker: expected tiles, got sums');
      return answer;
    },
    close: () => pool.destroy(),
  };
}
