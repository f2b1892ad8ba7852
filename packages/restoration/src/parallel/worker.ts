/** A worker thread: keeps one plan's runner and works on the chunks that it is given. */

import { ChunkRunner, type PassMemory, type PassPlan, type PassRequest } from '../patches/pass.js';

export interface ChunkTask {
  readonly id: number;
  readonly plan: PassPlan;
  /** In shared memory: what the worker writes, everybody sees. */
  readonly memory: PassMemory;
  readonly chunk: number;
  readonly request: PassRequest;
}

let current: { readonly id: number; readonly runner: ChunkRunner } | undefined;

/** Runs one chunk; its sums are in the shared memory when this returns. */
export default function runChunk({ id, plan, memory, chunk, request }: ChunkTask): void {
  if (current?.id !== id) {
    current = { id, runner: new ChunkRunner(plan, memory, current?.runner) };
  }
  current.runner.run(chunk, request);
}
