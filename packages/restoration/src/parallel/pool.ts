/** Worker threads that share the chunks of each pass. The answer is the same for any number. */

import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import {
  gatherChunks,
  type PassBuffers,
  type PassMemory,
  type PassPlan,
  type PassRequest,
  passLayout,
  passMemory,
} from '../patches/pass.js';
import type { ChunkTask } from './worker.js';

export interface OpenPlan {
  /** Shared pictures: fill `noisy` and `current`, run a pass, read `current`. */
  readonly memory: PassMemory;
  /** Replaces `memory.current` by the estimate of one pass. */
  run(request: PassRequest, signal?: AbortSignal): Promise<void>;
  /** Its memory may go to the next plan; nothing of it is used afterwards. */
  release(): void;
}

export interface PassPool {
  open(plan: PassPlan): OpenPlan;
  /** Ends the threads at once. */
  close(): Promise<void>;
}

let serial = 0;

/** @param threads worker threads; every core by default */
export function passPool(threads = availableParallelism()): PassPool {
  const pool = new Piscina<ChunkTask, void>({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // Spinning on atomics would take a core from the workers.
    atomics: 'disabled',
  });
  // An answer under way when the pool is told to end must not end the process.
  pool.on('error', () => {});
  // Threads let go of shared buffers late: regions one after another use the same ones.
  const idle: PassBuffers[] = [];
  return {
    open(plan) {
      const layout = passLayout(plan);
      const buffers: PassBuffers = idle.pop() ?? new Map();
      const memory = passMemory(layout, buffers);
      const id = serial++;
      return {
        memory,
        async run(request, signal) {
          signal?.throwIfAborted();
          // One listener on the caller's signal, however many chunks there are.
          const stop = new AbortController();
          setMaxListeners(0, stop.signal);
          const abort = () => stop.abort(signal?.reason);
          signal?.addEventListener('abort', abort, { once: true });
          try {
            const tasks = layout.chunks.map((_, chunk) =>
              pool.run({ id, plan, memory, chunk, request }, { signal: stop.signal }),
            );
            for (const task of tasks) task.catch(() => {});
            await Promise.all(tasks);
          } catch (error) {
            signal?.throwIfAborted();
            throw error;
          } finally {
            signal?.removeEventListener('abort', abort);
          }
          gatherChunks(plan, layout, memory);
        },
        release: () => idle.push(buffers),
      };
    },
    close: () => pool.destroy(),
  };
}
