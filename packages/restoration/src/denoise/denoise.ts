/** Denoising of a picture in memory, in this thread. */

import { InputError, type Raster } from '@bandweave/image';
import type { PassMemory, PassRequest } from '../patches/pass.js';
import {
  ChunkRunner,
  gatherChunks,
  type PassPlan,
  passLayout,
  passMemory,
} from '../patches/pass.js';
import { type DenoiseParameters, publishedParameters } from './parameters.js';
import { denoisePlan, denoiseSteps } from './steps.js';

export interface DenoiseOptions {
  /** Standard deviation of the noise, in the unit of the samples on the scale 0..255. */
  readonly sigma: number;
  /** The published ones of QWSNM for `sigma` by default. */
  readonly parameters?: DenoiseParameters;
  /** Called after each iteration with the estimate so far, [bands, height, width]; a view. */
  readonly onIteration?: (iteration: number, estimate: Float64Array) => void;
}

/**
 * A picture without its noise: groups of similar patches are brought to low rank by weighted
 * Schatten p-norm minimisation of the colour patches' matrix, averaged, and this repeated.
 *
 * @param picture 3 bands (1 or more in mode `plain`, one at a time), samples 0..255
 * @returns samples in float64, neither rounded nor clipped
 * @throws InputError where the picture is smaller than a patch or has other bands
 */
export function denoise(picture: Raster, options: DenoiseOptions): Raster<Float64Array> {
  const { sigma, parameters = publishedParameters('qwsnm', sigma), onIteration } = options;
  const { bands, height, width } = picture;
  checkPicture(picture, parameters);
  const data = new Float64Array(bands * height * width);
  const together = parameters.mode === 'plain' ? 1 : bands;
  const size = together * height * width;
  for (let band = 0; band < bands; band += together) {
    const part = picture.data.subarray(band * height * width, band * height * width + size);
    const plan = denoisePlan({ bands: together, height, width }, parameters);
    const layout = passLayout(plan);
    const memory = passMemory(layout);
    memory.noisy.set(part);
    const runPass = inlinePass(plan, memory);
    let iteration = 0;
    for (const request of denoiseSteps(memory, parameters, sigma)) {
      runPass(request);
      onIteration?.(++iteration, memory.current);
    }
    data.set(memory.current, band * height * width);
  }
  return { bands, height, width, data };
}

/** Runs passes in this thread, chunk after chunk. */
export function inlinePass(plan: PassPlan, memory: PassMemory): (request: PassRequest) => void {
  const runner = new ChunkRunner(plan, memory);
  return (request) => {
    for (let chunk = 0; chunk < runner.layout.chunks.length; chunk++) runner.run(chunk, request);
    gatherChunks(plan, runner.layout, memory);
  };
}

/** Throws an InputError where a picture cannot be cut into patches of the parameters. */
export function checkPicture(
  { bands, height, width }: Pick<Raster, 'bands' | 'height' | 'width'>,
  { side, mode }: Pick<DenoiseParameters, 'side' | 'mode'>,
): void {
  if (mode !== 'plain' && bands !== 3) {
    throw new InputError(`denoise: expected 3 bands, got ${bands}; take them by triples.`);
  }
  if (height < side || width < side) {
    throw new InputError(
      `denoise: expected at least ${side} x ${side} pixels, got ${height} x ${width}; use a larger picture.`,
    );
  }
}
