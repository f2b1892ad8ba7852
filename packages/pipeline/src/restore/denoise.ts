/** `denoise`: a picture or scene of any size without its noise. */

import { InputError } from '@bandweave/image';
import {
  type DenoiseParameters,
  denoiseOn,
  draftParameters,
  fastParameters,
  publishedParameters,
  tunedParameters,
} from '@bandweave/restoration';
import type { RasterInput } from '../fuse-options.js';
import { passBytes } from './pass-bytes.js';
import { restoreFile } from './restore-file.js';
import type { DenoiseFileOptions, RestoreResult } from './restore-options.js';

/** Beyond this a pixel has next to no part in another's estimate. */
const MARGIN = 32;

/**
 * Writes `input` without its noise to `output`: the same size, bands, sample type and
 * georeference; alpha and empty pixels as they were.
 *
 * @throws InputError where the input can't be read, the output can't be written, or an option
 *   does not fit
 */
export function denoiseFile(
  input: RasterInput,
  output: string,
  options: DenoiseFileOptions = {},
): Promise<RestoreResult> {
  const { method = 'qwsnm', preset } = options;
  if (preset !== undefined && method !== 'qwsnm') {
    throw new InputError(
      `--preset: expected the method qwsnm, got ${method}, which has one set of constants; leave it out.`,
    );
  }
  return restoreFile(input, output, options, (sigma, { bands }) => {
    const parameters = chosen(options, { sigma, bands });
    return {
      method: `${parameters.mode === 'plain' && method === 'qwsnm' ? 'wsnm' : method}`,
      single: parameters.mode === 'plain',
      margin: MARGIN,
      bytesPerPixel: passBytes(parameters),
      steps: parameters.iterations,
      restore: (picture, { pool, signal, step }) =>
        denoiseOn({ pool, ...(signal ? { signal } : {}) }, picture, {
          sigma,
          parameters,
          onIteration: step,
        }),
    };
  });
}

function chosen(
  { method = 'qwsnm', preset = 'fast', mode }: DenoiseFileOptions,
  { sigma, bands }: { readonly sigma: number; readonly bands: number },
): DenoiseParameters {
  // Whole colours need three bands.
  if (bands < 3 && method === 'qwsnm') return publishedParameters('wsnm', sigma);
  if (bands < 3 && method === 'qwnnm') return publishedParameters('wnnm', sigma);
  if (method !== 'qwsnm') {
    const published = publishedParameters(method, sigma);
    return mode && published.mode !== 'plain' ? { ...published, mode } : published;
  }
  const sets = {
    draft: draftParameters,
    fast: fastParameters,
    tuned: tunedParameters,
    released: (level: number) => publishedParameters('qwsnm', level),
  };
  const parameters = sets[preset](sigma);
  return mode ? { ...parameters, mode } : parameters;
}
