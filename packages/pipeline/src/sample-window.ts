/** One image of a window by a network that samples: its noise, steps and projection. */

import { bandKernels, mtfDecimate } from '@bandweave/image';
import type { FusionNetwork, NetworkWindow, WindowSampling } from '@bandweave/models';
import type { Placed } from './blend.js';
import type { Job, SamplingFacts } from './job.js';

export interface SampleRequest {
  readonly job: Job;
  readonly facts: SamplingFacts;
  /** Number of the image. */
  readonly sample: number;
  readonly onStep?: (() => void) | undefined;
}

/** How the network shall sample a window. */
export async function windowSampling(
  network: FusionNetwork,
  window: Placed,
  { ms }: NetworkWindow,
  { job, facts, sample, onStep }: SampleRequest,
): Promise<WindowSampling> {
  // Loaded only here: a classical fusion should not wait for the engine.
  const { enlargeMs, sceneNoise } = await import('@bandweave/models');
  const { seed, consistency } = facts;
  const { msBands: bands, ratio } = network.facts;
  const height = window.rows.end - window.rows.start;
  const width = window.cols.end - window.cols.start;
  const place = { bands, row: window.rows.start, col: window.cols.start, height, width };
  const low = { bands, height: height / ratio, width: width / ratio };
  const kernels = consistency > 0 ? bandKernels(bands, { gains: job.scene.msGains, ratio }) : [];
  return {
    plan: network.sampling!.plan(facts),
    noise: (step) => sceneNoise({ seed, sample, step }, place),
    onStep,
    /** image + consistency · enlarged (MS - reduced image): a step of back-projection. */
    ...(consistency > 0 && {
      correct: (image: Float32Array) => {
        const reduced = mtfDecimate({ bands, height, width, data: image }, kernels, { ratio });
        const missing = Float32Array.from(ms, (value, i) => value - reduced.data[i]);
        const { data } = enlargeMs({ ...low, data: missing }, ratio);
        return image.map((value, i) => value + consistency * data[i]);
      },
    }),
  };
}
