/** A worker thread: keeps one job open and runs the areas that it is given. */

import { parentPort } from 'node:worker_threads';
import { isInputError } from '@bandweave/image';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { AreaRunner } from './area-runner.js';
import { type EncodedTile, encoded } from './encode-area.js';
import { closeInputs, openInputs } from './inputs.js';
import type { Job } from './job.js';
import { makeRunner } from './operation.js';
import type { Inputs } from './regions.js';
import { STEP_DONE, type WorkerAnswer, type WorkerTask } from './worker-messages.js';

let current: { readonly runner: AreaRunner; readonly inputs: Inputs } | undefined;

/** The runner of a job, its inputs opened anew: file handles are not shared between threads. */
async function runnerFor(job: Job): Promise<AreaRunner> {
  if (current?.runner.job.id === job.id) return current.runner;
  const before = current;
  current = undefined;
  await before?.runner.close();
  if (before) await closeInputs(before.inputs, [job.pan, ...job.ms]);
  const inputs = await openInputs(job.pan, job.ms);
  current = { runner: makeRunner(job, inputs), inputs };
  return current.runner;
}

/** Sums of an area, or its encoded tiles. */
export default async function runTask(task: WorkerTask): Promise<WorkerAnswer> {
  try {
    const runner = await runnerFor(task.job);
    if (task.kind === 'statistics') {
      return { kind: 'sums', sums: await runner.statistics(task.area, { first: task.first }) };
    }
    const { area, parameters, encodings } = task;
    const onStep = () => parentPort?.postMessage(STEP_DONE);
    return handOver(encoded(await runner.fuse(area, parameters, { onStep }), area, encodings));
  } catch (error) {
    if (isInputError(error)) return { kind: 'refused', message: error.message };
    throw error;
  }
}

/** Moves the tiles' memory to the main thread where no other tile shares it. */
function handOver(parts: ReturnType<typeof encoded>): WorkerAnswer {
  const answer: WorkerAnswer = { kind: 'fused', ...parts };
  const all: readonly EncodedTile[] = [...parts.tiles, ...(parts.uncertainty ?? [])];
  const buffers = all
    .filter(({ bytes }) => bytes.byteLength === bytes.buffer.byteLength)
    .map(({ bytes }) => bytes.buffer);
  const moved = { [transferableSymbol]: buffers, [valueSymbol]: answer };
  return move(moved as never) as never;
}
