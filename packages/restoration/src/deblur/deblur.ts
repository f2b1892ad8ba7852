/** Deblurring of a picture in memory, in this thread. */

import type { Raster } from '@bandweave/image';
import type { BlurKernel } from '../blur/kernels.js';
import { checkPicture, inlinePass } from '../denoise/denoise.js';
import { passLayout, passMemory } from '../patches/pass.js';
import { type DeblurParameters, publishedDeblur } from './parameters.js';
import { type DeblurState, deblurPlan, deblurSteps } from './steps.js';

export interface DeblurOptions {
  readonly kernel: BlurKernel;
  /** Standard deviation of the noise on the scale 0..255. */
  readonly sigma: number;
  /** The published ones of QWSNM for `sigma` by default. */
  readonly parameters?: DeblurParameters;
  readonly onIteration?: (state: DeblurState) => void;
}

/**
 * A picture without its blur and noise, the border taken as circular: g of the last iteration.
 *
 * @param picture 3 bands, samples 0..255
 */
export function deblur(picture: Raster, options: DeblurOptions): Raster<Float64Array> {
  const { kernel, sigma, parameters = publishedDeblur('qwsnm', sigma), onIteration } = options;
  const { bands, height, width } = picture;
  checkPicture(picture, parameters);
  const plan = deblurPlan(picture, parameters);
  const memory = passMemory(passLayout(plan));
  const runPass = inlinePass(plan, memory);
  const steps = deblurSteps(plan, memory, {
    parameters,
    kernel,
    degraded: Float64Array.from(picture.data),
    ...(onIteration ? { onIteration } : {}),
  });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { bands, height, width, data: value };
    runPass(value);
  }
}
