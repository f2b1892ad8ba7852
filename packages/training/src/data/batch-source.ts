/** Batches made in another thread, a few steps ahead of the one that is asked for. */

import { Worker } from 'node:worker_threads';
import type { Batch, BatchPlan } from './batch.js';
import type { BatchWorkerData } from './batch-worker.js';
import type { TrainingScene } from './scene.js';

export interface BatchSource {
  /** The batch of a step; steps are asked for in order. */
  at(step: number): Promise<Batch>;
  close(): Promise<void>;
}

/** Enough to bridge the drawing of a new form of a scene. */
const AHEAD = 6;

interface Waiting {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: unknown) => void;
}

export function batchSource(
  scenes: readonly TrainingScene[],
  plan: BatchPlan,
  { from = 0 }: { readonly from?: number } = {},
): BatchSource {
  const workerData: BatchWorkerData = { scenes, plan };
  const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { workerData });
  const ready = new Map<number, Batch>();
  const waiting = new Map<number, Waiting>();
  let asked = from;
  let failure: unknown;
  const ask = (until: number) => {
    for (; asked < until; asked++) worker.postMessage(asked);
  };
  worker.on('message', ({ step, batch }: { step: number; batch: Batch }) => {
    const someone = waiting.get(step);
    waiting.delete(step);
    if (someone) someone.resolve(batch);
    else ready.set(step, batch);
  });
  worker.on('error', (error) => {
    failure = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  ask(from + AHEAD);
  return {
    at(step) {
      ask(step + 1 + AHEAD);
      const batch = ready.get(step);
      ready.delete(step);
      if (batch) return Promise.resolve(batch);
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => waiting.set(step, { resolve, reject }));
    },
    async close() {
      await worker.terminate();
    },
  };
}
