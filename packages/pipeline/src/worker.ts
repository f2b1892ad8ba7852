/** A worker thread: keeps one job open and runs the areas that it is given. */

import { isInputError } from '@bandweave/image';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { AreaRunner } from './area-runner.js';
import { type EncodedTile, type Encoding, encodeArea } from './encode-area.js';
import { closeInputs, openInputs } from './inputs.js';
import type { Area, Job } from './job.js';
import { makeRunner } from './operation.js';
import type { Inputs } from './regions.js';

export type WorkerTask =
  | {
      readonly kind: 'statistics';
      readonly job: Job;
      readonly area: Area;
      readonly first: unknown;
    }
  | {
      readonly kind: 'fuse';
      readonly job: Job;
      readonly area: Area;
      readonly parameters: unknown;
      readonly encoding: Encoding;
    };

/** Errors lose their class on the way between threads: those of the user travel as text. */
export type WorkerAnswer =
  | { readonly kind: 'sums'; readonly sums: Float64Array }
  | { readonly kind: 'fused'; readonly tiles: readonly EncodedTile[]; readonly valid: number }
  | { readonly kind: 'refused'; readonly message: string };

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
    const { area, parameters, encoding } = task;
    const { samples, valid } = await runner.fuse(area, parameters);
    return handOver(encodeArea(samples, area, encoding), valid);
  } catch (error) {
    if (isInputError(error)) return { kind: 'refused', message: error.message };
    throw error;
  }
}

/** Moves the tiles' memory to the main thread where no other tile shares it. */
function handOver(tiles: EncodedTile[], valid: number): WorkerAnswer {
  const answer: WorkerAnswer = { kind: 'fused', tiles, valid };
  const buffers = tiles
    .filter(({ bytes }) => bytes.byteLength === bytes.buffer.byteLength)
    .map(({ bytes }) => bytes.buffer);
  const moved = { [transferableSymbol]: buffers, [valueSymbol]: answer };
  return move(moved as never) as never;
}
