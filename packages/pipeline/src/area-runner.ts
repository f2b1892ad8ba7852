/** What runs parts of a job: in a worker, or in the main thread when the scene is small. */

import type { Samples } from '@bandweave/image';
import type { Area, Job } from './job.js';

export interface FusedSamples {
  /** [bands, rows, cols] of the area, in the output's type */
  readonly samples: Samples;
  /** Pixels that hold data. */
  readonly valid: number;
  /** Mean of the samples of each band, then their deviations, where they are asked for. */
  readonly uncertainty?: Float32Array;
}

export interface PassOptions {
  /** What the pass before has found; absent in the first. */
  readonly first?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface FusePassOptions {
  readonly signal?: AbortSignal | undefined;
  /** After each evaluation of a network that samples. */
  readonly onStep?: (() => void) | undefined;
}

export interface AreaRunner {
  readonly job: Job;
  /** What an area contributes to a pass over the scene, gathered in a fixed order. */
  statistics(area: Area, options?: PassOptions): Promise<Float64Array>;
  fuse(area: Area, parameters: unknown, options?: FusePassOptions): Promise<FusedSamples>;
  /** Gives back what the runner opened; the inputs stay open. */
  close(): Promise<void>;
}

/** Lets timers and signals through between windows. */
export async function giveWay(signal?: AbortSignal): Promise<void> {
  if (!signal) return;
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
