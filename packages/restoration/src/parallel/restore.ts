/** Denoising and deblurring of a picture in memory on all cores. */

import type { Raster } from '@bandweave/image';
import type { DeblurOptions } from '../deblur/deblur.js';
import { publishedDeblur } from '../deblur/parameters.js';
import { deblurPlan, deblurSteps } from '../deblur/steps.js';
import type { DenoiseOptions } from '../denoise/denoise.js';
import { checkPicture } from '../denoise/denoise.js';
import { publishedParameters } from '../denoise/parameters.js';
import { denoisePlan, denoiseSteps } from '../denoise/steps.js';
import type { PassPool } from './pool.js';

export interface PoolOptions {
  readonly pool: PassPool;
  readonly signal?: AbortSignal;
}

/** `denoise` on a pool of threads; the same samples, whatever their number. */
export async function denoiseOn(
  { pool, signal }: PoolOptions,
  picture: Raster,
  options: DenoiseOptions,
): Promise<Raster<Float64Array>> {
  const { sigma, parameters = publishedParameters('qwsnm', sigma), onIteration } = options;
  const { bands, height, width } = picture;
  checkPicture(picture, parameters);
  const together = parameters.mode === 'plain' ? 1 : bands;
  const plan = denoisePlan({ bands: together, height, width }, parameters);
  const { memory, run, release } = pool.open(plan);
  const size = together * height * width;
  const data = new Float64Array(bands * height * width);
  for (let from = 0; from < data.length; from += size) {
    memory.noisy.set(picture.data.subarray(from, from + size));
    let iteration = 0;
    for (const request of denoiseSteps(memory, parameters, sigma)) {
      await run(request, signal);
      onIteration?.(++iteration, memory.current);
    }
    data.set(memory.current, from);
  }
  // Not after an error: a thread may still be writing.
  release();
  return { bands, height, width, data };
}

/** `deblur` on a pool of threads. */
export async function deblurOn(
  { pool, signal }: PoolOptions,
  picture: Raster,
  options: DeblurOptions,
): Promise<Raster<Float64Array>> {
  const { kernel, sigma, parameters = publishedDeblur('qwsnm', sigma), onIteration } = options;
  const { bands, height, width } = picture;
  checkPicture(picture, parameters);
  const plan = deblurPlan(picture, parameters);
  const { memory, run, release } = pool.open(plan);
  const steps = deblurSteps(plan, memory, {
    parameters,
    kernel,
    degraded: Float64Array.from(picture.data),
    ...(onIteration ? { onIteration } : {}),
  });
  for (;;) {
    const { done, value } = steps.next();
    if (done) {
      release();
      return { bands, height, width, data: value };
    }
    await run(value, signal);
  }
}
