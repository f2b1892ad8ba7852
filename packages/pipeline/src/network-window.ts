/** What a network is fed with for one window of a scene. */

import { namesOf, type Scene } from '@bandweave/fusion';
import type { NetworkWindow } from '@bandweave/models';
import { baseWindow } from './base-window.js';
import type { Placed } from './blend.js';
import type { Job } from './job.js';
import type { LatticePair } from './lattice-pair.js';
import { baseOf, type Norm, normsOf } from './network-parameters.js';
import type { Inputs } from './regions.js';

export interface WindowRequest {
  readonly job: Job;
  readonly scene: Scene;
  readonly inputs: Inputs;
  readonly parameters: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** PAN, MS and, where the network asks for it, the enlarged MS or the base, all normalised. */
export async function windowInputs(
  pair: LatticePair,
  window: Placed,
  { job, scene, inputs, parameters, signal }: WindowRequest,
): Promise<NetworkWindow> {
  // Loaded only here: a classical fusion should not wait for the engine.
  const { enlargeMs: enlarge } = await import('@bandweave/models');
  const norms = normsOf(job, parameters);
  const base = job.network?.preparation.base ?? 'exp';
  const start =
    base === 'exp'
      ? undefined
      : await baseWindow(inputs, window, {
          job,
          scene,
          base,
          parameters: baseOf(parameters),
          signal,
        });
  const { pan, ms } = pair.cut(window, 1);
  return {
    pan: normalise(pan, norms.pan),
    ms: normalise(ms, norms.ms),
    lms: () =>
      normalise(start ?? pair.cutEnlarged(window, { scale: 1, enlarge }), repeated(norms.ms, base)),
    height: window.rows.end - window.rows.start,
    width: window.cols.end - window.cols.start,
  };
}

const repeated = (norms: readonly Norm[], base: string) => namesOf(base).flatMap(() => norms);

/** In place, a norm a band. */
function normalise(values: Float32Array, norms: readonly Norm[]): Float32Array {
  const size = values.length / norms.length;
  norms.forEach(({ offset, scale }, k) => {
    for (let i = k * size; i < (k + 1) * size; i++) values[i] = (values[i] - offset) / scale;
  });
  return values;
}
