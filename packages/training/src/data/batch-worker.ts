/** The thread that prepares batches while a step runs. */

import { parentPort, workerData } from 'node:worker_threads';
import { type BatchPlan, batchMaker } from './batch.js';
import type { TrainingScene } from './scene.js';

export interface BatchWorkerData {
  readonly scenes: readonly TrainingScene[];
  readonly plan: BatchPlan;
}

const { scenes, plan } = workerData as BatchWorkerData;
const maker = batchMaker(scenes, plan);

parentPort?.on('message', (step: number) => {
  const batch = maker.at(step);
  const buffers = [batch.pan, batch.ms, batch.lms, batch.target].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
  parentPort?.postMessage({ step, batch }, buffers);
});
